/** How this person likes the app on this device: theme and single-key shortcuts, kept in the browser's local storage. */

import type { SettingsStore } from './settingsStore.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

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
    this.#theme = THEMES.find((theme) => theme === store?.getItem(THEME_KEY)) ?? 'system';
    this.#hasSingleKeys = store?.getItem(SHORTCUTS_KEY) !== 'off';
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
    this.#store?.setItem(THEME_KEY, this.#theme);
  }

  setSingleKeys(on: boolean): void {
    this.#hasSingleKeys = on;
    this.#store?.setItem(SHORTCUTS_KEY, on ? 'on' : 'off');
  }
}
