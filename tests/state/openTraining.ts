/** A project in memory with judged comparisons, and a training run over it. */
import type { Comparison, PreferenceEvent } from '../../src/core/preference.ts';
import { ProjectState } from '../../src/state/projectState.svelte.ts';
import { AskingPool } from '../../src/state/askingPool.svelte.ts';
import { TrainingRun } from '../../src/state/trainingRun.svelte.ts';
import { TrainingTurn } from '../../src/state/trainingTurn.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { ENCODER_ID, SimpleEncoder, SimpleImporter, SimpleTrainer } from './simpleWorkers.ts';

export function comparison(index: number, prompt = `Prompt ${index}`): Comparison {
  return {
    id: `c${index}`,
    prompt: [{ role: 'user', content: prompt }],
    a: { text: `good ${index}!` },
    b: { text: `bad ${index}` },
    source: { kind: 'typed' },
  };
}

export function judgment(index: number): PreferenceEvent {
  return {
    kind: 'judgment',
    id: `e${index}`,
    at: index,
    comparisonId: `c${index}`,
    verdict: 'a',
    strength: 1,
    shownFirst: 'a',
    durationMs: 1,
  };
}

/**
 * @param comparisons all judged `a`
 * @param turn of the tab, where there are several; `reopen` opens the same project in another
 */
export async function openTraining(
  comparisons: readonly Comparison[],
  turn = new TrainingTurn(undefined, undefined),
) {
  const storage = createMemoryStorage();
  const settings = { encoderId: ENCODER_ID, headKind: 'linear', backend: 'auto', seed: 1 } as const;
  const project = { id: 'p', name: 'My taste', createdAt: 0, settings };
  await storage.putProject(project);
  let clock = 5_000;
  const environment = { now: () => ++clock, createId: () => `id${clock}`, random: () => 0 };
  const state = await ProjectState.open(storage, environment, project);
  await state.add({ comparisons, events: comparisons.map((_, index) => judgment(index)) });
  const workers = {
    encoder: new SimpleEncoder(),
    trainer: new SimpleTrainer(),
    importer: new SimpleImporter(),
  };
  const asking = new AskingPool(state, []);
  return {
    storage,
    project: state,
    workers,
    asking,
    training: new TrainingRun(storage, state, workers, asking, turn),
    async reopen(otherTurn: TrainingTurn) {
      const reopened = await ProjectState.open(storage, environment, project);
      return new TrainingRun(storage, reopened, workers, new AskingPool(reopened, []), otherTurn);
    },
  };
}

export const sixComparisons = Array.from({ length: 6 }, (_, index) => comparison(index));
