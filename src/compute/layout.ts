/**
 * Numbers that kernels and twins share. The WGSL files receive the chunk sizes as override constants and repeat the
 * order of the scalars and the multiples; the tests that compare kernels with twins hold them together.
 */

/** Rows of pairs summed by one partial gradient product: `[gradientChunks, heads, dimension]`. */
export const GRADIENT_CHUNK = 512;
/** Rows of pairs summed by one thread of the line statistics: `[lineChunks, heads, …]`. */
export const LINE_CHUNK = 64;
/** Steps tried along a direction, as multiples of Newton's; the first is standing still. */
export const STEP_MULTIPLES = [0, 1, 0.5, 0.25, 2] as const;
/** Sums per chunk and head of the line losses: one per multiple, and the loss on pairs of weight zero. */
export const LINE_SUMS = STEP_MULTIPLES.length + 1;
/** Correction pairs of L-BFGS. */
export const HISTORY = 5;

/** Scalars of one head, `scalars[head * SCALARS + SCALAR.…]`; the WGSL struct `Head` has the same order. */
export const SCALARS = 18;
export const SCALAR = {
  /** λ of the penalty λ/2·|w|². */
  lambda: 0,
  /** gradient · direction */
  slope: 1,
  /** |direction|² */
  directionSquare: 2,
  /** weights · direction */
  weightsAlong: 3,
  /** |gradient|², now and at the start */
  gradientSquare: 4,
  firstGradientSquare: 5,
  /** Newton's step length along the direction; after `chooseStep`, the step taken. */
  step: 6,
  /** Σ weight · loss over the pairs, before the step. */
  loss: 7,
  /** Σ loss over the pairs of weight zero, before the step. */
  heldOutLoss: 8,
  /** Iterations in a row without improvement: 1 forgets the history, 2 means done. */
  stalled: 9,
  /** Iterations done. */
  iteration: 10,
  /** Relative rounding error of the backend: smaller gains than its eighth are noise. */
  roundoff: 11,
  /** Curvature of the data loss expected per unit of second moment: weight of the head's pairs times σ'. */
  dataCurvature: 12,
  /** 1 / (s·y) of each history slot, 0 for a slot that is empty or unusable. */
  inverseCurvature: 13,
} as const;

/**
 * The tensor `basis` of a preconditioner of some rank: orthonormal directions `[rank, dimension]`, their second moments
 * `[rank]`, and the mean second moment of all other directions. Rank 0 has a basis of one unused number.
 */
export function basisLength(rank: number, dimension: number): number {
  return rank * dimension + rank + 1;
}

/** What one hidden unit owns besides its weights, `units[column * UNIT_SCALARS + UNIT.…]`; as the WGSL struct `Unit`. */
export const UNIT_SCALARS = 7;
export const UNIT = {
  /** The unit's weight in the reward. */
  output: 0,
  /** Adam's running means of the output weight's gradient and of its square. */
  mean: 1,
  square: 2,
  /** What those means would be for a gradient of ones, 1 − βᵗ: divided by it, they are unbiased. */
  meanShare: 3,
  squareShare: 4,
  learningRate: 5,
  /** Share of every weight taken away per unit of learning rate. */
  weightDecay: 6,
} as const;

export function chunks(pairs: number, chunk: number): number {
  return Math.ceil(pairs / chunk);
}
