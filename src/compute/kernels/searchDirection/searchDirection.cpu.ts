/**
 * Per head: the full gradient, the newest L-BFGS correction, and the direction −H·g by the two-loop recursion
 * (Nocedal, 1980). Between the loops stands the inverse of the Hessian expected before any step, λ + dataCurvature·(the
 * second moments that `basis` holds), or without a basis a multiple of the identity. Falls back to −g when there is no
 * descent.
 *
 * partials `[gradientChunks, heads, dimension]` in; weights `[heads, dimension]` in;
 * basis `[basisLength(rank, dimension)]` in, see layout.ts;
 * gradients, directions `[heads, dimension]` in (of the last iteration) and out;
 * steps, changes `[HISTORY, heads, dimension]` in and out; scalars `[heads, SCALARS]` in and out
 */
import { chunks, GRADIENT_CHUNK, HISTORY, SCALAR, SCALARS } from '../../layout.ts';
import type { FloatArray, Twin } from '../twin.ts';

/** A correction counts when s·y exceeds this share of y·y: flatter ones are rounding. */
const CURVATURE_FLOOR = 1e-10;

export const searchDirection: Twin = (tensors, size) => {
  for (let head = 0; head < size.heads; head++) directHead(tensors, size, head);
};

type Tensors = Parameters<Twin>[0];
type Size = Parameters<Twin>[1];

function directHead(tensors: Tensors, size: Size, head: number): void {
  const { gradients, directions, scalars, weights, steps, changes } = tensors;
  const { dimension, heads } = size;
  const own = head * dimension;
  const scalar = head * SCALARS;
  const iteration = scalars[scalar + SCALAR.iteration];
  const slot = (age: number): number => (((iteration - age) % HISTORY) * heads + head) * dimension;
  const inverse = (age: number): number =>
    scalars[scalar + SCALAR.inverseCurvature + ((iteration - age) % HISTORY)];

  updateGradient(tensors, size, head, iteration);
  const gradientSquare = dot(gradients, own, gradients, own, dimension);
  scalars[scalar + SCALAR.gradientSquare] = gradientSquare;
  if (iteration === 0) scalars[scalar + SCALAR.firstGradientSquare] = gradientSquare;

  for (let i = 0; i < dimension; i++) directions[own + i] = -gradients[own + i];
  const remembered = scalars[scalar + SCALAR.stalled] > 0 ? 0 : Math.min(iteration, HISTORY);
  const alphas = new Float64Array(HISTORY + 1);
  let scale = 0;
  for (let age = 1; age <= remembered; age++) {
    if (inverse(age) === 0) continue;
    alphas[age] = inverse(age) * dot(steps, slot(age), directions, own, dimension);
    add(directions, own, -alphas[age], changes, slot(age), dimension);
    if (scale === 0) scale = 1 / (inverse(age) * dot(changes, slot(age), changes, slot(age), dimension));
  }
  if (size.rank) precondition(tensors, size, head);
  else if (scale > 0) for (let i = 0; i < dimension; i++) directions[own + i] *= scale;
  for (let age = remembered; age >= 1; age--) {
    if (inverse(age) === 0) continue;
    const beta = inverse(age) * dot(changes, slot(age), directions, own, dimension);
    add(directions, own, alphas[age] - beta, steps, slot(age), dimension);
  }

  let slope = dot(gradients, own, directions, own, dimension);
  if (!(slope < 0)) {
    for (let i = 0; i < dimension; i++) directions[own + i] = -gradients[own + i];
    slope = -gradientSquare;
  }
  scalars[scalar + SCALAR.slope] = slope;
  scalars[scalar + SCALAR.directionSquare] = dot(directions, own, directions, own, dimension);
  scalars[scalar + SCALAR.weightsAlong] = dot(weights, own, directions, own, dimension);
}

/** direction ← (λ + dataCurvature·M)⁻¹ direction, for the second moments M that the basis holds. */
function precondition(
  { basis, directions, scalars }: Tensors,
  { dimension, rank = 0 }: Size,
  head: number,
): void {
  const own = head * dimension;
  const lambda = scalars[head * SCALARS + SCALAR.lambda];
  const dataCurvature = scalars[head * SCALARS + SCALAR.dataCurvature];
  const moments = rank * dimension;
  const rest = 1 / (lambda + dataCurvature * basis[moments + rank]);
  const along = Float64Array.from({ length: rank }, (_, k) => {
    const inverse = 1 / (lambda + dataCurvature * basis[moments + k]);
    return (inverse - rest) * dot(basis, k * dimension, directions, own, dimension);
  });
  for (let i = 0; i < dimension; i++) directions[own + i] *= rest;
  along.forEach((factor, k) => add(directions, own, factor, basis, k * dimension, dimension));
}

/** gradient = λ·weights − Σ partials; the newest correction is step taken and gradient changed. */
function updateGradient(tensors: Tensors, size: Size, head: number, iteration: number): void {
  const { partials, gradients, directions, scalars, weights, steps, changes } = tensors;
  const { pairs, dimension, heads } = size;
  const own = head * dimension;
  const scalar = head * SCALARS;
  const newest = (((iteration + HISTORY - 1) % HISTORY) * heads + head) * dimension;
  let stepChange = 0;
  let changeSquare = 0;
  for (let i = 0; i < dimension; i++) {
    let sum = 0;
    for (let chunk = 0; chunk < chunks(pairs, GRADIENT_CHUNK); chunk++) {
      sum += partials[(chunk * heads + head) * dimension + i];
    }
    const gradient = scalars[scalar + SCALAR.lambda] * weights[own + i] - sum;
    if (iteration > 0) {
      const step = scalars[scalar + SCALAR.step] * directions[own + i];
      const change = gradient - gradients[own + i];
      steps[newest + i] = step;
      changes[newest + i] = change;
      stepChange += step * change;
      changeSquare += change * change;
    }
    gradients[own + i] = gradient;
  }
  if (iteration > 0) {
    const usable = stepChange > CURVATURE_FLOOR * changeSquare;
    scalars[scalar + SCALAR.inverseCurvature + ((iteration + HISTORY - 1) % HISTORY)] = usable
      ? 1 / stepChange
      : 0;
  }
}

function dot(a: FloatArray, aStart: number, b: FloatArray, bStart: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += a[aStart + i] * b[bStart + i];
  return sum;
}

function add(
  target: FloatArray,
  start: number,
  factor: number,
  source: FloatArray,
  from: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) target[start + i] += factor * source[from + i];
}
