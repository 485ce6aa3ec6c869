/** How the loss of a run went, from report to report. */
export interface CurvePoint {
  /** Iterations of a linear head, epochs of a hidden layer. */
  readonly iteration: number;
  /** Mean loss of the final head on its training pairs, nats per pair. */
  readonly trainingLoss: number;
  /** Mean loss over all pairs by the heads that had not seen them, nats per pair. */
  readonly heldOutLoss: number;
}

/** The curve with one more point; a run that went on after a fault takes some steps again, and those replace the first. */
export function withPoint(
  curve: readonly CurvePoint[],
  { iteration, trainingLoss, heldOutLoss }: CurvePoint,
): readonly CurvePoint[] {
  const before = curve.filter((point) => point.iteration < iteration);
  return [...before, { iteration, trainingLoss, heldOutLoss }];
}
