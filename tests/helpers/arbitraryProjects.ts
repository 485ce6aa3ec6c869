/** Projects with anything in them that the program's types allow, for properties of the storage. */
import fc from 'fast-check';
import type { Comparison, PreferenceEvent } from '../../src/core/preference.ts';
import type { AppStorage, ImportRecord, Project, StoredHead } from '../../src/storage/appStorage.ts';
import { sampleHead, sampleImport, sampleProject } from './storageSamples.ts';

/** Any text: control characters, other planes, halves of surrogate pairs. */
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => `${value}\ud800`.slice(0, 12));
const id = fc.string({ maxLength: 6 });
const time = fc.double();

const response = fc.record({ text, model: text }, { requiredKeys: ['text'] });
const prompt = fc.array(
  fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'tool'), content: text }),
  { maxLength: 3 },
);
const comparison: fc.Arbitrary<Comparison> = fc.record(
  {
    id,
    prompt,
    a: response,
    b: response,
    source: fc.oneof(
      fc.record({ kind: fc.constant('deck' as const), deck: text }),
      fc.record({ kind: fc.constant('typed' as const) }),
      fc.record({ kind: fc.constantFrom('edited' as const, 'generated' as const), of: id }),
      fc.record({
        kind: fc.constant('import' as const),
        importId: id,
        file: text,
        format: text,
        line: fc.nat(),
      }),
    ),
    targetMargin: fc.double(),
  },
  { requiredKeys: ['id', 'prompt', 'a', 'b', 'source'] },
);

const event: fc.Arbitrary<PreferenceEvent> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('judgment' as const),
      id,
      at: time,
      comparisonId: id,
      verdict: fc.constantFrom('a', 'b', 'tie', 'both-bad', 'skip'),
      strength: fc.constantFrom(1, 2, 3),
      shownFirst: fc.constantFrom('a', 'b'),
      durationMs: fc.double(),
      isControl: fc.boolean(),
      isRepeat: fc.constant(true as const),
      reasons: fc.array(text, { maxLength: 2 }),
      isHindsight: fc.constant(true as const),
      partOf: id,
    },
    { requiredKeys: ['kind', 'id', 'at', 'comparisonId', 'verdict', 'strength'] },
  ),
  fc.record({
    kind: fc.constant('ranking' as const),
    id,
    at: time,
    comparisonIds: fc.array(id),
    durationMs: fc.double(),
  }),
  fc.record({ kind: fc.constant('edit' as const), id, at: time, comparisonId: id }),
  fc.record({
    kind: fc.constant('thumb' as const),
    id,
    at: time,
    comparisonId: id,
    side: fc.constantFrom('a', 'b'),
    thumb: fc.constantFrom('up', 'down', 'skip'),
    durationMs: fc.double(),
  }),
  fc.record(
    {
      kind: fc.constant('generation' as const),
      id,
      at: time,
      prompt,
      writer: text,
      candidates: fc.array(fc.record({ text, seed: fc.nat() }, { requiredKeys: ['text'] }), { maxLength: 3 }),
      temperature: fc.double(),
      topK: fc.double(),
      winner: fc.record({ headId: id, place: fc.nat() }),
    },
    { requiredKeys: ['kind', 'id', 'at', 'prompt', 'writer', 'candidates', 'temperature', 'topK'] },
  ),
  fc.record({ kind: fc.constant('undo' as const), id, at: time, target: id }),
  fc.record({ kind: fc.constant('note' as const), id, at: time, comparisonId: id, text }),
  fc.record({
    kind: fc.constantFrom('delete' as const, 'restore' as const),
    id,
    at: time,
    comparisonIds: fc.array(id),
  }),
);

const importRecord: fc.Arbitrary<ImportRecord> = fc
  .record({ id, file: text, rows: fc.nat() })
  .map((some) => ({ ...sampleImport(some.id), ...some }));

const weights = fc.array(fc.float(), { maxLength: 9 }).map((values) => Float32Array.from(values));
const head: fc.Arbitrary<StoredHead> = fc
  .record({
    id,
    weights,
    trainedAt: fc.nat(),
    encoderState: fc.jsonValue({ maxDepth: 4 }),
    isLinear: fc.boolean(),
  })
  .map(({ encoderState, isLinear, ...some }) => {
    const state = { id: JSON.stringify(encoderState), json: encoderState };
    const linear = sampleHead(some.id, some.weights, some.trainedAt, state);
    if (isLinear) return linear;
    const parameters = {
      kind: 'mlp',
      hidden: 2,
      hiddenWeights: Float32Array.of(...some.weights, ...some.weights),
      hiddenBias: Float32Array.of(0.5, -0),
      outputWeights: Float32Array.of(NaN, 1),
    } as const;
    const { accuracy } = linear.head.trust;
    const balanced = { accuracy, balanced: 0.7, correlation: -0.25, equalLengths: accuracy };
    const figures = { accuracy, correlation: NaN, equalLengths: accuracy };
    const trust = {
      ...linear.head.trust,
      length: { off: balanced, half: balanced, full: figures },
      learningCurve: {
        points: [{ judgments: 12.5, accuracy }],
        forecasts: [{ judgments: 20, gain: 0.01, low: 0, high: 0.02 }],
      },
    };
    const length = { control: 'half', slope: 0.5 } as const;
    const provenance = { ...linear.head.provenance, aspect: 'clear' };
    const separation = { value: 0.5, low: NaN, high: 1 };
    const bar = { intercept: 0, slope: 1, covariance: [1, 0, 1] as const, good: 5, bad: 6, separation };
    const members = [parameters, parameters];
    return {
      head: { ...linear.head, parameters, length, trust, provenance, bar, members },
      encoderState,
      poolSize: 3,
      curve: [{ iteration: 1, trainingLoss: 0.5, heldOutLoss: NaN }],
    };
  });

export interface ArbitraryProject {
  readonly project: Project;
  readonly comparisons: readonly Comparison[];
  readonly events: readonly PreferenceEvent[];
  readonly imports: readonly ImportRecord[];
  readonly heads: readonly StoredHead[];
}

export const arbitraryProjects: fc.Arbitrary<readonly ArbitraryProject[]> = fc.array(
  fc.record({
    project: fc
      .record({
        id,
        name: text,
        createdAt: fc.nat(),
        lengthControl: fc.constantFrom(undefined, 'full'),
        headInUse: fc.option(id, { nil: undefined }),
      })
      .map(({ lengthControl, headInUse, ...some }) => {
        const project = sampleProject(some.id);
        const settings = {
          ...project.settings,
          ...(lengthControl && { lengthControl }),
          ...(headInUse !== undefined && { headInUse }),
        };
        return { ...project, ...some, settings };
      }),
    comparisons: fc.array(comparison, { maxLength: 6 }),
    events: fc.array(event, { maxLength: 6 }),
    imports: fc.array(importRecord, { maxLength: 2 }),
    heads: fc.array(head, { maxLength: 2 }),
  }),
  { maxLength: 3 },
);

export async function fill(storage: AppStorage, projects: readonly ArbitraryProject[]): Promise<void> {
  for (const project of projects) await storage.add(project.project.id, project);
}
