/** The whole app without a page: storage in memory, the real importer in-process, a clock that ticks by itself. */
import { AppState, type AppDependencies } from '../../src/state/appState.svelte.ts';
import { Keeping } from '../../src/state/keeping.svelte.ts';
import type { Deck } from '../../src/state/loadDeck.ts';
import { DevicePreferences } from '../../src/state/preferences.svelte.ts';
import type { SettingsStore } from '../../src/state/settingsStore.ts';
import { LanguageLibrary } from '../../src/state/languageLibrary.ts';
import { ModelDownloads } from '../../src/state/modelDownloads.svelte.ts';
import { SentenceLibrary } from '../../src/state/sentenceLibrary.svelte.ts';
import { Writers, type WriterDependencies } from '../../src/state/writers.svelte.ts';
import { TrainingTurn } from '../../src/state/trainingTurn.ts';
import type { Environment } from '../../src/state/projectState.svelte.ts';
import { Router } from '../../src/state/router.svelte.ts';
import { restoreBackup, writeBackup } from '../../src/storage/backup.ts';
import { openProjectFirst } from '../../src/storage/openProjectFirst.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { ImporterService } from '../../workers/importerService.ts';
import { FakeDownload } from './fakeDownload.ts';
import { SilentGenerator, SimpleEncoder, SimpleTrainer } from './simpleWorkers.ts';

/** Ids count up; every look at the clock takes a millisecond. */
export function tickingEnvironment(start = 0): Environment {
  let [time, ids] = [start, start];
  return { now: () => ++time, createId: () => `id-${++ids}`, random: () => 0.5 };
}

/** Three prompts with three responses each: nine pairs. */
export const smallDeck: Deck = {
  id: 'small',
  title: 'Small deck',
  prompts: ['sky', 'sea', 'sun'].map((id) => ({
    id,
    kind: 'fact',
    prompt: `What about the ${id}?`,
    responses: ['short', 'long', 'odd'].map((kind) => ({
      id: `${id}-${kind}`,
      text: `A ${kind} word on the ${id}.`,
    })),
  })),
};

/** An address bar as a browser has it, without the browser. */
export function addressBar(hash = ''): ConstructorParameters<typeof Router>[0] {
  const listeners: (() => void)[] = [];
  let current = hash;
  return {
    location: {
      get hash() {
        return current;
      },
      set hash(next: string) {
        current = next;
        listeners.forEach((listener) => listener());
      },
    },
    addEventListener: (_type, listener) => void listeners.push(listener),
  };
}

export function mapStore(map = new Map<string, string>()): SettingsStore {
  return { getItem: (key) => map.get(key) ?? null, setItem: (key, value) => void map.set(key, value) };
}

/** Opens the app; hand over what another opening used to see what survives a reload. */
export async function openApp(given: Partial<AppDependencies> = {}) {
  const storage = given.storage ?? createMemoryStorage();
  const settings = given.settings ?? mapStore();
  const downloads = new ModelDownloads(new FakeDownload());
  const generator = new SilentGenerator();
  const dependencies: AppDependencies = {
    storage,
    keeping: new Keeping({ reason: 'Kept in memory.', keptIn: 'database and journal', settings }),
    workers: { encoder: new SimpleEncoder(), trainer: new SimpleTrainer(), importer: new ImporterService() },
    turn: new TrainingTurn(undefined, undefined),
    environment: tickingEnvironment(),
    deck: smallDeck,
    router: new Router(addressBar()),
    models: new SentenceLibrary(downloads, {
      inspect: () => Promise.reject(new Error('There is no model here.')),
    }),
    languageModels: new LanguageLibrary(downloads, generator),
    writers: new Writers({ ...writerDependencies(settings), generator }),
    device: new DevicePreferences(undefined, () => undefined),
    settings,
    backup: {
      write: async (open) => {
        const source = openProjectFirst(storage, open);
        return { content: await writeBackup(source, 0), isPartial: source.isPartial };
      },
      restore: (file) => restoreBackup(storage, file),
    },
    ...given,
  };
  return { app: await AppState.start(dependencies), dependencies };
}

/** Writers none of which can write. */
export function writerDependencies(settings = mapStore()): WriterDependencies {
  const generator = new SilentGenerator();
  const localServer = {
    generate: generator.generate,
    cancel: generator.cancel,
    models: () => Promise.resolve([]),
  };
  return { generator, localServer, promptApi: undefined, settings };
}
