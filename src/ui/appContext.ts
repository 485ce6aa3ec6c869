/** How a view gets at the app: `const app = getApp();`. Set once, in App.svelte. */
import { createContext } from 'svelte';
import type { AppState } from '../state/appState.svelte.ts';
import type { AppUpdates } from '../state/appUpdates.svelte.ts';

export const [getApp, setApp] = createContext<AppState>();
export const [getUpdates, setUpdates] = createContext<AppUpdates>();
