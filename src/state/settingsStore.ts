/**
 * Small things that this device remembers by name. It never throws: where the browser refuses to keep something, it is
 * known until the page is closed, by whoever set it.
 */
export interface SettingsStore {
  /** Null where nothing was kept. */
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** @param find the browser's store; where the browser blocks it, merely naming it throws */
export function settingsIn(find: () => SettingsStore | undefined): SettingsStore {
  const attempt = <T>(act: (store: SettingsStore) => T): T | undefined => {
    try {
      const store = find();
      return store && act(store);
    } catch {
      return undefined;
    }
  };
  return {
    getItem: (key) => attempt((store) => store.getItem(key)) ?? null,
    setItem: (key, value) => attempt((store) => store.setItem(key, value)),
  };
}
