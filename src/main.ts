/** Composition root: opens the storage, starts the workers, hands both to the state, and shows the app. */
// Before all other code, so that none of it can keep what this takes away.
import './prelude.ts';
import { mount, unmount } from 'svelte';
// The shared styles come first, so that a component's own may differ from them.
import './ui/common/fonts.css';
import './ui/common/tokens.css';
import './ui/common/base.css';
import './ui/common/controls.css';
import App from './App.svelte';
import { downloadBlob } from './ui/common/download.ts';
import StartMessage from './ui/common/StartMessage.svelte';
import { errorCode, messageOf } from './core/palateError.ts';
import { AppState } from './state/appState.svelte.ts';
import { browserUpdates } from './state/appUpdates.svelte.ts';
import { Keeping } from './state/keeping.svelte.ts';
import { EMPTY_DECK, loadDeck, type Deck } from './state/loadDeck.ts';
import { browserChannel, tellingStorage } from './state/otherTabs.ts';
import { DevicePreferences, type Theme } from './state/preferences.svelte.ts';
import type { Environment } from './state/projectState.svelte.ts';
import { NEW_SETTINGS } from './state/newProject.ts';
import { encoderWithVectors } from './state/encoderWithVectors.ts';
import { wantsWebgpu } from './state/graphicsDevice.ts';
import { LanguageLibrary } from './state/languageLibrary.ts';
import { ModelDownloads } from './state/modelDownloads.svelte.ts';
import { SentenceLibrary } from './state/sentenceLibrary.svelte.ts';
import { SentenceVectors } from './state/sentenceVectors.ts';
import { Router } from './state/router.svelte.ts';
import { settingsIn } from './state/settingsStore.ts';
import { TrainingTurn } from './state/trainingTurn.ts';
import {
  createEmbedder,
  createGenerator,
  createJournal,
  createLocalServer,
  createModelDownload,
  createWorkers,
} from './state/workerClients.ts';
import { Writers } from './state/writers.svelte.ts';
import type { PromptApi } from './state/browserModel.svelte.ts';
import type { BackendChoice, ClosedReason } from './storage/appStorage.ts';
import { restoreBackup, writeBackup } from './storage/backup.ts';
import { exportAsIs } from './storage/exportAsIs.ts';
import { openKept } from './storage/openKept.ts';
import { openProjectFirst } from './storage/openProjectFirst.ts';
import { openStorage } from './storage/openStorage.ts';

const environment: Environment = {
  now: () => Date.now(),
  createId: () => createId(),
  random: () => Math.random(),
};

/** Shown while tabs of an older Palate keep the database as it was. */
const WAITING = {
  heading: 'Waiting for another tab',
  message:
    'An older Palate is open in another tab, and this newer one keeps its data in a new way. Close that tab, or reload it: this page then goes on by itself.',
  canRetry: false,
};

void start();

async function start(): Promise<void> {
  const target = document.getElementById('app')!;
  const settings = settingsIn(() => window.localStorage);
  const device = new DevicePreferences(settings, applyTheme);
  // First of all: a version that cannot start must not be the one that stays.
  const updates = browserUpdates();
  void updates.start();
  try {
    let waiting: ReturnType<typeof mount> | undefined;
    let chosenBackend: () => BackendChoice = () => 'auto';
    let tellClosed: (reason: ClosedReason) => void = () => undefined;
    const [opened, deck] = await Promise.all([
      openStorage({
        onBlocked: () => (waiting ??= mount(StartMessage, { target, props: WAITING })),
        onClosed: (why) => tellClosed(why),
      }),
      deckOrNone(),
    ]);
    if (waiting) await unmount(waiting);
    let tellJournalProblem: (problem: string | undefined) => void = () => undefined;
    const kept = await openKept(opened, createJournal(), {
      ...environment,
      newSettings: NEW_SETTINGS,
      onProblem: (problem) => tellJournalProblem(problem),
      onKept: () => settings.setItem(KEPT_MARK, 'yes'),
    });
    const { reason, keptIn } = kept;
    const keeping = new Keeping({ reason, keptIn, persistence: navigator.storage, settings });
    tellClosed = (why) => keeping.tellClosed(why);
    tellJournalProblem = (problem) => keeping.tellJournalProblem(problem);
    if (keptIn === 'journal') keeping.tell(reason);
    void keeping.look();
    const otherTabs = kept.storage.kind === 'indexeddb' ? browserChannel() : undefined;
    const storage = otherTabs ? tellingStorage(kept.storage, otherTabs) : kept.storage;
    // A database that holds nothing may have been lost: it must not pass for a first visit.
    const isEmpty = (await storage.listProjects()).length === 0;
    const restored = isEmpty ? await kept.reconcile() : undefined;
    const workers = createWorkers();
    const embedder = createEmbedder();
    const generator = createGenerator();
    const downloads = new ModelDownloads(createModelDownload(), () => keeping.protect());
    const models = new SentenceLibrary(downloads, embedder);
    const vectors = new SentenceVectors(
      storage,
      embedder,
      () => wantsWebgpu(chosenBackend()),
      (running) => (models.running = running),
      (extent) => (models.extent = extent),
    );
    const app = await AppState.start({
      storage,
      keeping,
      otherTabs,
      workers: { ...workers, encoder: encoderWithVectors(workers.encoder, vectors) },
      models,
      languageModels: new LanguageLibrary(downloads, generator),
      writers: new Writers({
        ...{ generator, settings, localServer: createLocalServer() },
        promptApi: (globalThis as { LanguageModel?: PromptApi }).LanguageModel,
      }),
      // The library's type says it is always there; insecure pages lack it.
      turn: new TrainingTurn(navigator.locks, settings, window),
      environment,
      deck,
      router: new Router(window),
      device,
      settings,
      backup: {
        write: async (open) => {
          const source = openProjectFirst(storage, open);
          const content = await writeBackup(source, environment.now());
          return { content, isPartial: source.isPartial };
        },
        restore: (file) => restoreBackup(storage, file),
      },
    });
    chosenBackend = () => app.open.training.settings.backend;
    mount(App, { target, props: { app, updates } });
    if (isEmpty && (await storage.countRecords()) === 0 && settings.getItem(KEPT_MARK) === 'yes')
      app.tellLost();
    await app.afterRestored(restored ?? (await kept.reconcile()));
  } catch (error) {
    const message = messageOf(error);
    const onSave = errorCode(error) === 'storage-newer' ? saveAsIs : undefined;
    const heading = 'Palate could not start';
    mount(StartMessage, { target, props: { heading, message, canRetry: true, onSave } });
  }
}

async function saveAsIs(): Promise<void> {
  const day = new Date(environment.now()).toISOString().slice(0, 10);
  downloadBlob(`palate-${day}.database.jsonl.gz`, await exportAsIs());
}

/** That judgments were kept here, told outside the stores that keep them. */
const KEPT_MARK = 'palate.kept';

/** Without its deck the app still judges imported and typed pairs, and says that the deck is missing. */
async function deckOrNone(): Promise<Deck> {
  try {
    return await loadDeck('./decks/everyday.json');
  } catch {
    return EMPTY_DECK;
  }
}

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** `randomUUID` exists in secure contexts only; a page served over plain HTTP in a local network is none. */
function createId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
