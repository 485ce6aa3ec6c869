/** What linear heads keep on the device while they train: the data, and L-BFGS's state of every head. */
import type { Backend, ProblemSize, Tensor } from '../compute/backend.ts';
import {
  basisLength,
  chunks,
  GRADIENT_CHUNK,
  HISTORY,
  LINE_CHUNK,
  LINE_SUMS,
  SCALAR,
  SCALARS,
} from '../compute/layout.ts';
import { EXPECTED_SLOPE } from './preconditioner.ts';

export interface LinearProblem extends ProblemSize {
  /** float32 `[pairs, dimension]`, row-major: chosen − rejected. */
  readonly differences: Float32Array<ArrayBuffer>;
  /** float32 `[pairs, heads]`, row-major. Weight 0 holds the pair out of the head. */
  readonly rowWeights: Float32Array<ArrayBuffer>;
  /** `[heads]`, λ for a loss summed over pairs. */
  readonly lambdas: Float64Array;
  /** float32 `[pairs]`, demanded margins in logits. */
  readonly targetMargins?: Float32Array<ArrayBuffer>;
}

export type LinearTensors = ReturnType<typeof allocateLinear>;

/** Everything of one run, ready for its first iteration. */
export function allocateLinear(
  backend: Backend,
  problem: LinearProblem,
  size: ProblemSize,
  differences: Float32Array<ArrayBuffer>,
  basis: Float64Array | undefined,
) {
  const { pairs, dimension, heads, rank = 0 } = size;
  const weights = columnSums(problem.rowWeights, heads);
  const scalars = new Float64Array(heads * SCALARS);
  for (let head = 0; head < heads; head++) {
    scalars[head * SCALARS + SCALAR.lambda] = problem.lambdas[head];
    scalars[head * SCALARS + SCALAR.roundoff] = backend.unitRoundoff;
    scalars[head * SCALARS + SCALAR.dataCurvature] = EXPECTED_SLOPE * weights[head];
  }
  const state = (label: string, length: number, initial?: Float64Array): Tensor =>
    backend.state(label, length, initial);
  return {
    differences: backend.upload('differences', differences),
    basis: state('basis', basisLength(rank, dimension), basis),
    rowWeights: backend.upload('row weights', problem.rowWeights),
    margins: state('margins', pairs * heads, startingMargins(problem)),
    scalars: state('scalars', heads * SCALARS, scalars),
    residuals: state('residuals', pairs * heads),
    projections: state('projections', pairs * heads),
    partials: state('gradient partials', chunks(pairs, GRADIENT_CHUNK) * heads * dimension),
    sums: state('curvature sums', chunks(pairs, LINE_CHUNK) * heads),
    lineSums: state('line sums', chunks(pairs, LINE_CHUNK) * heads * LINE_SUMS),
    weights: state('weights', heads * dimension),
    gradients: state('gradients', heads * dimension),
    directions: state('directions', heads * dimension),
    steps: state('steps', HISTORY * heads * dimension),
    changes: state('changes', HISTORY * heads * dimension),
  };
}

/** Sums over the rows of `[rows, columns]`. */
function columnSums(matrix: Float32Array, columns: number): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(columns);
  matrix.forEach((value, index) => (sums[index % columns] += value));
  return sums;
}

/** −targetMargin in every column; undefined where nothing is demanded: tensors start at zero. */
function startingMargins({ targetMargins, pairs, heads }: LinearProblem): Float64Array | undefined {
  if (!targetMargins?.some((target) => target !== 0)) return undefined;
  const margins = new Float64Array(pairs * heads);
  targetMargins.forEach((target, pair) => margins.fill(-target, pair * heads, (pair + 1) * heads));
  return margins;
}
