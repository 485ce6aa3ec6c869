/**
 * The lines of a backup file and what each may hold. Every line is checked against these schemas before anything of
 * the file is kept; a key that nobody knows is refused, because dropping it in silence would lose data.
 *
 *   {"palateBackup":1,"createdAt":…,"app":"palate"}       first line
 *   {"kind":"project","project":{…}}                      begins a project; its records follow
 *   {"kind":"comparison","comparison":{…}}  {"kind":"event","event":{…}}
 *   {"kind":"import","import":{…}}          {"kind":"head","head":{…}}
 *   {"kind":"footer","counts":{…},"checksum":"…"}         last line; CRC-32 of all bytes before it
 *
 * Numbers may be NaN or infinite wherever the program's own types say `number`: whatever was stored can be restored.
 */
import * as v from 'valibot';
import type { AcceptanceBar } from '../core/acceptanceBar.ts';
import { LENGTH_CONTROLS } from '../core/lengthControl.ts';
import type { Comparison, PreferenceEvent } from '../core/preference.ts';
import type { HeadParameters, RewardHead } from '../core/rewardHead.ts';
import { sentenceProblem, type SentenceChoice } from '../core/sentenceModel.ts';
import { ASKING_MODES, type ImportRecord, type Project, type StoredHead } from './appStorage.ts';

export const BACKUP_VERSION = 1;

/** Deeper encoder states than this are refused: browsers cannot store what is nested without end. */
const MAXIMUM_NESTING = 100;

export type BackupRecord =
  | { readonly kind: 'project'; readonly project: Project }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'event'; readonly event: PreferenceEvent }
  | { readonly kind: 'import'; readonly import: ImportRecord }
  | { readonly kind: 'head'; readonly head: StoredHead };

export type BackupCounts = Readonly<Record<BackupRecord['kind'], number>>;
export type BackupFooter = {
  readonly kind: 'footer';
  readonly counts: BackupCounts;
  readonly checksum: string;
};

/** With every field there and readonly, all the way down: what two types must agree in to have the same fields. */
type Complete<T> = T extends ArrayBufferView
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Complete<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]-?: Complete<T[Key]> }
      : T;
type HaveSameFields<A, B> = [Complete<A>] extends [Complete<B>]
  ? [Complete<B>] extends [Complete<A>]
    ? true
    : false
  : false;

/** Holds a schema to a type: a field or kind that is added to the type must be added to the schema to compile. */
function schemaOf<T>() {
  return <Schema extends v.GenericSchema<unknown, T>>(
    schema: HaveSameFields<T, v.InferOutput<Schema>> extends true ? Schema : never,
  ): v.GenericSchema<unknown, T> => schema;
}

const text = v.string();
const number = v.custom<number>((value) => typeof value === 'number', 'Expected a number');
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const floats = v.custom<Float32Array<ArrayBuffer>>(
  (value) => value instanceof Float32Array,
  'Expected a Float32Array',
);
const side = v.picklist(['a', 'b']);
const lengthControl = v.picklist(LENGTH_CONTROLS);

export const headerSchema = v.strictObject({
  palateBackup: v.literal(BACKUP_VERSION),
  createdAt: number,
  app: v.literal('palate'),
});

const sentence = v.custom<SentenceChoice>(
  (value) => sentenceProblem(value) === undefined,
  ({ input }) => sentenceProblem(input)!,
);

const project = schemaOf<Project>()(
  v.strictObject({
    id: text,
    name: text,
    createdAt: number,
    settings: v.strictObject({
      encoderId: text,
      sentence: v.optional(sentence),
      headKind: v.picklist(['linear', 'mlp']),
      backend: v.picklist(['auto', 'webgpu', 'cpu']),
      seed: number,
      lengthControl: v.optional(lengthControl),
      askingMode: v.optional(v.picklist(ASKING_MODES)),
      aspects: v.optional(v.array(text)),
      headInUse: v.optional(text),
    }),
  }),
);

const response = v.strictObject({ text, model: v.optional(text) });

const prompt = v.array(
  v.strictObject({ role: v.picklist(['system', 'user', 'assistant', 'tool']), content: text }),
);

const comparison = schemaOf<Comparison>()(
  v.strictObject({
    id: text,
    prompt,
    a: response,
    b: response,
    source: v.variant('kind', [
      v.strictObject({ kind: v.literal('deck'), deck: text }),
      v.strictObject({ kind: v.literal('typed') }),
      v.strictObject({ kind: v.picklist(['generated', 'edited']), of: text }),
      v.strictObject({ kind: v.literal('import'), importId: text, file: text, format: text, line: number }),
    ]),
    targetMargin: v.optional(number),
  }),
);

const event = schemaOf<PreferenceEvent>()(
  v.variant('kind', [
    v.strictObject({
      kind: v.literal('judgment'),
      id: text,
      at: number,
      comparisonId: text,
      verdict: v.picklist(['a', 'b', 'tie', 'both-bad', 'skip']),
      strength: v.picklist([1, 2, 3]),
      shownFirst: v.optional(side),
      durationMs: v.optional(number),
      isControl: v.optional(v.boolean()),
      isRepeat: v.optional(v.literal(true)),
      reasons: v.optional(v.array(text)),
      isHindsight: v.optional(v.literal(true)),
      partOf: v.optional(text),
    }),
    v.strictObject({
      kind: v.literal('ranking'),
      id: text,
      at: number,
      comparisonIds: v.array(text),
      durationMs: number,
    }),
    v.strictObject({ kind: v.literal('edit'), id: text, at: number, comparisonId: text }),
    v.strictObject({
      kind: v.literal('thumb'),
      id: text,
      at: number,
      comparisonId: text,
      side,
      thumb: v.picklist(['up', 'down', 'skip']),
      durationMs: number,
    }),
    v.strictObject({
      kind: v.literal('generation'),
      id: text,
      at: number,
      prompt,
      writer: text,
      candidates: v.array(v.strictObject({ text, seed: v.optional(number) })),
      temperature: number,
      topK: number,
      winner: v.optional(v.strictObject({ headId: text, place: count })),
    }),
    v.strictObject({ kind: v.literal('undo'), id: text, at: number, target: text }),
    v.strictObject({ kind: v.literal('note'), id: text, at: number, comparisonId: text, text }),
    v.strictObject({ kind: v.literal('delete'), id: text, at: number, comparisonIds: v.array(text) }),
    v.strictObject({ kind: v.literal('restore'), id: text, at: number, comparisonIds: v.array(text) }),
  ]),
);

const importRecord = schemaOf<ImportRecord>()(
  v.strictObject({
    id: text,
    file: text,
    format: text,
    at: number,
    rows: number,
    imported: number,
    ties: number,
    rejected: number,
    duplicates: number,
  }),
);

const mlpParameters = v.strictObject({
  kind: v.literal('mlp'),
  hidden: count,
  hiddenWeights: floats,
  hiddenBias: floats,
  outputWeights: floats,
});

const parameters = schemaOf<HeadParameters>()(
  v.variant('kind', [v.strictObject({ kind: v.literal('linear'), weights: floats }), mlpParameters]),
);

const bar = schemaOf<AcceptanceBar>()(
  v.strictObject({
    intercept: number,
    slope: number,
    covariance: v.tuple([number, number, number]),
    good: number,
    bad: number,
    separation: v.strictObject({ value: number, low: number, high: number }),
  }),
);

const proportion = { value: number, low: number, high: number, n: number };

const lengthFigures = v.strictObject({
  accuracy: v.strictObject(proportion),
  balanced: v.optional(number),
  correlation: number,
  equalLengths: v.strictObject(proportion),
});

const trust = schemaOf<RewardHead['trust']>()(
  v.strictObject({
    folds: number,
    accuracy: v.strictObject(proportion),
    logLoss: number,
    expectedCalibrationError: number,
    rulers: v.array(
      v.strictObject({
        name: v.picklist(['longer', 'shorter', 'left', 'right']),
        ...proportion,
        undecided: number,
      }),
    ),
    reliability: v.array(v.strictObject({ predicted: number, observed: v.strictObject(proportion) })),
    margins: floats,
    strengthCurve: v.optional(v.array(v.strictObject({ lambda: number, logLoss: number, accuracy: number }))),
    length: v.optional(v.strictObject({ off: lengthFigures, half: lengthFigures, full: lengthFigures })),
    learningCurve: v.optional(
      v.strictObject({
        points: v.array(v.strictObject({ judgments: number, accuracy: v.strictObject(proportion) })),
        forecasts: v.array(v.strictObject({ judgments: number, gain: number, low: number, high: number })),
      }),
    ),
  }),
);

const provenance = schemaOf<RewardHead['provenance']>()(
  v.strictObject({
    seed: number,
    dataHash: text,
    encoderId: text,
    encoderStateId: text,
    backend: v.picklist(['webgpu', 'cpu']),
    adapter: v.optional(text),
    backendReason: text,
    hyperparameters: v.record(text, number),
    aspect: v.optional(text),
    counts: v.strictObject({ pairs: number, prompts: number, ties: number }),
    trainedAt: number,
    durationMs: number,
  }),
);

const storedHead = schemaOf<StoredHead>()(
  v.strictObject({
    head: v.pipe(
      v.strictObject({
        id: text,
        parameters,
        dimension: count,
        inverseTemperature: number,
        covariance: v.optional(floats),
        members: v.optional(v.array(mlpParameters)),
        bar: v.optional(bar),
        length: v.optional(v.strictObject({ control: lengthControl, slope: number })),
        trust,
        provenance,
      }),
      v.check(
        ({ parameters, members = [], dimension }) =>
          [parameters, ...members].every((head) => fitsDimension(head, dimension)),
        'the weights do not fit',
      ),
      v.check(
        ({ covariance, dimension }) => !covariance || covariance.length === dimension ** 2,
        'the covariance does not fit',
      ),
    ),
    encoderState: v.pipe(
      v.unknown(),
      v.check((state) => isNestedAtMost(state, MAXIMUM_NESTING), 'nested too deep'),
    ),
    poolSize: number,
    questions: v.optional(
      v.array(v.strictObject({ comparisonId: text, reason: v.picklist(['chance', 'even', 'unfamiliar']) })),
    ),
    curve: v.optional(
      v.array(v.strictObject({ iteration: number, trainingLoss: number, heldOutLoss: number })),
    ),
  }),
);

export const recordSchema: v.GenericSchema<unknown, BackupRecord | BackupFooter> = v.variant('kind', [
  v.strictObject({ kind: v.literal('project'), project }),
  v.strictObject({ kind: v.literal('comparison'), comparison }),
  v.strictObject({ kind: v.literal('event'), event }),
  v.strictObject({ kind: v.literal('import'), import: importRecord }),
  v.strictObject({ kind: v.literal('head'), head: storedHead }),
  v.strictObject({
    kind: v.literal('footer'),
    counts: v.strictObject({ project: count, comparison: count, event: count, import: count, head: count }),
    checksum: text,
  }),
]);

/** Checks a parsed line. @returns the value, or a sentence that says what is wrong and where */
export function checkLine<T>(schema: v.GenericSchema<unknown, T>, value: unknown): { value: T } | string {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { value: result.output };
  const path = v.getDotPath(result.issues[0]);
  return path ? `${path}: ${result.issues[0].message}` : result.issues[0].message;
}

function fitsDimension(parameters: HeadParameters, dimension: number): boolean {
  if (parameters.kind === 'linear') return parameters.weights.length === dimension;
  const { hidden, hiddenWeights, hiddenBias, outputWeights } = parameters;
  return (
    hiddenWeights.length === hidden * dimension &&
    hiddenBias.length === hidden &&
    outputWeights.length === hidden
  );
}

function isNestedAtMost(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return true;
  return depth > 0 && Object.values(value).every((part) => isNestedAtMost(part, depth - 1));
}
