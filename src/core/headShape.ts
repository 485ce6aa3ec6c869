/** What a head from a file must look like, field by field: see `rewardHead.ts` for what they mean. */
import { LENGTH_CONTROLS } from './lengthControl.ts';
import {
  MAX_HEAD_DIMENSION,
  MAX_HEAD_FIGURES,
  MAX_HEAD_HIDDEN,
  MAX_HEAD_MEMBERS,
  MAX_HEAD_NAME_LENGTH,
} from './limits.ts';
import {
  dictionary,
  floats,
  integer,
  isRecord,
  list,
  number,
  oneOf,
  record,
  refuse,
  text,
  type Check,
} from './shape.ts';

const name = text(MAX_HEAD_NAME_LENGTH);
const count = integer(0, Number.MAX_SAFE_INTEGER);
const amount = number(0);
const share = number(0, 1);
const figures = (check: Check): Check => list(check, MAX_HEAD_FIGURES);

const proportion = { value: share, low: share, high: share, n: amount };
const lengthFigures = record(
  {
    accuracy: record(proportion),
    correlation: number(-1.001, 1.001),
    equalLengths: record(proportion),
  },
  { balanced: share },
);

const learningCurve = record({
  points: figures(
    record({
      judgments: count,
      accuracy: record({ value: number(), low: number(), high: number(), n: amount }),
    }),
  ),
  forecasts: figures(record({ judgments: count, gain: number(), low: number(), high: number() })),
});

const trust = record(
  {
    folds: count,
    accuracy: record(proportion),
    logLoss: amount,
    expectedCalibrationError: share,
    rulers: figures(
      record({ name: oneOf(['longer', 'shorter', 'left', 'right']), ...proportion, undecided: amount }),
    ),
    reliability: figures(record({ predicted: share, observed: record(proportion) })),
    margins: floats(),
  },
  {
    strengthCurve: figures(record({ lambda: amount, logLoss: amount, accuracy: share })),
    length: record({ off: lengthFigures, half: lengthFigures, full: lengthFigures }),
    learningCurve,
  },
);

const provenance = record(
  {
    seed: number(),
    dataHash: name,
    encoderId: name,
    encoderStateId: name,
    backend: oneOf(['webgpu', 'cpu']),
    backendReason: name,
    hyperparameters: dictionary(number(), MAX_HEAD_FIGURES),
    counts: record({ pairs: count, prompts: count, ties: count }),
    trainedAt: number(0, 8.64e15),
    durationMs: amount,
  },
  { adapter: name, aspect: name },
);

const bar = record({
  intercept: number(),
  slope: number(),
  covariance: (value, place) => {
    list(number(), 3)(value, place);
    if ((value as readonly unknown[]).length !== 3) refuse(place, 'does not hold 3 numbers');
  },
  good: count,
  bad: count,
  separation: record({ value: share, low: share, high: share }),
});

/** @throws ShapeError naming the field that is missing or wrong */
export function checkHead(head: unknown): void {
  const dimension = isRecord(head) ? head.dimension : undefined;
  integer(1, MAX_HEAD_DIMENSION)(dimension, 'head.dimension');
  const features = dimension as number;
  const parameters = parametersOf(features);
  record(
    {
      id: name,
      parameters,
      dimension: number(),
      inverseTemperature: number(Number.MIN_VALUE),
      trust,
      provenance,
    },
    {
      covariance: floats(features ** 2),
      members: list((member, place) => {
        if (!isRecord(member) || member.kind !== 'mlp') refuse(place, 'is no hidden layer');
        parameters(member, place);
      }, MAX_HEAD_MEMBERS),
      bar,
      length: record({ control: oneOf(LENGTH_CONTROLS), slope: number() }),
    },
  )(head, 'head');
}

function parametersOf(features: number): Check {
  return (value, place) => {
    if (!isRecord(value)) return refuse(place, 'is missing or no object');
    const { kind, hidden } = value;
    oneOf(['linear', 'mlp'])(kind, `${place}.kind`);
    if (kind === 'linear') return record({ kind: name, weights: floats(features) })(value, place);
    integer(1, MAX_HEAD_HIDDEN)(hidden, `${place}.hidden`);
    const units = hidden as number;
    record({
      kind: name,
      hidden: number(),
      hiddenWeights: floats(units * features),
      hiddenBias: floats(units),
      outputWeights: floats(units),
    })(value, place);
  };
}
