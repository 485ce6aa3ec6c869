/** Small, real records for tests of the storage. */
import type { Comparison, GenerationEvent, Judgment } from '../../src/core/preference.ts';
import type { AppStorage, ImportRecord, Project, StoredHead } from '../../src/storage/appStorage.ts';

export function sampleProject(id: string, createdAt = 1_700_000_000_000): Project {
  return {
    id,
    name: `Project ${id}`,
    createdAt,
    settings: { encoderId: 'builtin-1', headKind: 'linear', backend: 'auto', seed: 7 },
  };
}

export function sampleComparison(id: string): Comparison {
  return {
    id,
    prompt: [{ role: 'user', content: `What is ${id}?` }],
    a: { text: `A short answer about ${id}.`, model: 'one' },
    b: { text: `A much longer answer that walks around ${id} before it says anything.` },
    source: { kind: 'import', importId: 'import-1', file: 'pairs.jsonl', format: 'trl', line: 1 },
    targetMargin: 0.5,
  };
}

export function sampleJudgment(id: string, comparisonId: string): Judgment {
  return {
    kind: 'judgment',
    id,
    at: 1_700_000_000_500,
    comparisonId,
    verdict: 'a',
    strength: 2,
    shownFirst: 'b',
    durationMs: 1234.5,
  };
}

export function sampleGeneration(id: string): GenerationEvent {
  return {
    kind: 'generation',
    id,
    at: 1_700_000_000_700,
    prompt: [{ role: 'user', content: 'What is rain?' }],
    writer: 'Tiny model',
    candidates: [{ text: 'Water that falls.', seed: 4_000_000_000 }, { text: 'Weather.' }],
    temperature: 0.8,
    topK: 0,
    winner: { headId: 'h', place: 1 },
  };
}

export function sampleImport(id: string): ImportRecord {
  return {
    id,
    file: 'pairs.jsonl',
    format: 'trl',
    at: 1_700_000_000_000,
    rows: 4,
    imported: 1,
    ties: 1,
    rejected: 1,
    duplicates: 1,
  };
}

const SAMPLE_STATE = {
  id: 'def',
  json: { version: 1, means: [0.5, -0.25], nested: { words: ['ä', '\u{1F600}', '\ud800'] } },
};

/** A linear head whose weights are the ones given; everything else is plausible. */
export function sampleHead(
  id: string,
  weights: Float32Array<ArrayBuffer>,
  trainedAt = 1,
  state: { readonly id: string; readonly json: unknown } = SAMPLE_STATE,
): StoredHead {
  return {
    head: {
      id,
      parameters: { kind: 'linear', weights },
      dimension: weights.length,
      inverseTemperature: 1.25,
      trust: {
        folds: 5,
        accuracy: { value: 0.75, low: 0.6, high: 0.86, n: 40 },
        logLoss: 0.52,
        expectedCalibrationError: 0.04,
        // No pair had a left and a right: the share of nothing is not a number.
        rulers: [{ name: 'left', value: NaN, low: 0, high: 1, n: 0, undecided: 40 }],
        reliability: [
          { predicted: 0.55, observed: { value: 0.5, low: 0.3, high: 0.7, n: 20 } },
          { predicted: 0.91, observed: { value: 1, low: 0.84, high: 1, n: 20 } },
        ],
        margins: Float32Array.of(1.5, -0, Infinity, 2 ** -149),
        strengthCurve: [{ lambda: 0.1, logLoss: 0.52, accuracy: 0.75 }],
      },
      provenance: {
        seed: 7,
        dataHash: 'abc',
        encoderId: 'builtin-1',
        encoderStateId: state.id,
        backend: 'cpu',
        backendReason: 'there is no graphics adapter',
        hyperparameters: { lambda: 0.1 },
        counts: { pairs: 40, prompts: 30, ties: 2 },
        trainedAt,
        durationMs: 812,
      },
    },
    encoderState: state.json,
    poolSize: 80,
  };
}

/** Everything that the storage holds for its projects, in its order. */
export async function everythingIn(storage: AppStorage): Promise<unknown> {
  const projects = await storage.listProjects();
  return Promise.all(
    projects.map(async (project) => ({
      project,
      contents: await storage.loadProject(project.id),
      heads: await storage.listHeads(project.id),
    })),
  );
}
