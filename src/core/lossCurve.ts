/** How the loss of a run went, from report to report. */
export interface CurvePoint {
  /** Iterations of a linear head, epochs of a hidden layer. */
  readonly iteration: number;
  /** Mean loss of the final head on its training pairs, nats per pair. */
  readonly trainingLoss: number;
  /** Mean loss over all pairs by the heads that had not seen them, nats per pair. */
  readonly heldOutLoss: number;
}
