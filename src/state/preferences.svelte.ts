/** How this person likes the app on this device: theme and single-key shortcuts, kept in the browser's local storage. */

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** The part of `localStorage` that is used; a browser may refuse it by throwing. */
export interface SettingsStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const THEME_KEY = 'palate.theme';
const SHORTCUTS_KEY = 'palate.singleKeys';

export class DevicePreferences {
  readonly #store: SettingsStore | undefined;
  readonly #applyTheme: (theme: Theme) => void;
  #theme = $state.raw<Theme>('system');
  #hasSingleKeys = $state.raw(true);

  /** @param applyTheme puts the theme on the page; called at once and at every change */
  constructor(store: SettingsStore | undefined, applyTheme: (theme: Theme) => void) {
    this.#store = store;
    this.#applyTheme = applyTheme;
    this.#theme = THEMES.find((theme) => theme === this.#read(THEME_KEY)) ?? 'system';
    this.#hasSingleKeys = this.#read(SHORTCUTS_KEY) !== 'off';
    applyTheme(this.#theme);
  }

  get theme(): Theme {
    return this.#theme;
  }
  /** Whether keys without Ctrl act on the page, for those whose assistive software types letters. */
  get hasSingleKeys(): boolean {
    return this.#hasSingleKeys;
  }

  nextTheme(): void {
    this.#theme = THEMES[(THEMES.indexOf(this.#theme) + 1) % THEMES.length];
    this.#applyTheme(this.#theme);
    this.#write(THEME_KEY, this.#theme);
  }

  setSingleKeys(on: boolean): void {
    this.#hasSingleKeys = on;
    this.#write(SHORTCUTS_KEY, on ? 'on' : 'off');
  }

  #read(key: string): string | null {
    try {
      return this.#store?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  /** Where the browser refuses, the choice holds until the page is closed. */
  #write(key: string, value: string): void {
    try {
      this.#store?.setItem(key, value);
    } catch {
      return;
    }
  }
}
