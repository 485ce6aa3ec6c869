/**
 * Labels that a head trained without them contradicts most clearly: candidates for a second look, or, where many
 * labels are wrong, for leaving out.
 */

/** A label is doubtful from this many standard deviations of all margins on the wrong side. */
const THRESHOLD = 1;

/**
 * Rows whose held-out margin lies beyond one standard deviation on the wrong side.
 * @param margins `[rows]`, margins of pairs under heads that had not seen their prompts, logits
 */
export function doubtfulRows(margins: ArrayLike<number>): ReadonlySet<number> {
  let [sum, squares] = [0, 0];
  for (let row = 0; row < margins.length; row++) {
    sum += margins[row];
    squares += margins[row] ** 2;
  }
  const mean = sum / margins.length;
  const deviation = Math.sqrt(Math.max(0, squares / margins.length - mean * mean));
  const doubtful = new Set<number>();
  for (let row = 0; row < margins.length; row++) {
    if (margins[row] < -THRESHOLD * deviation) doubtful.add(row);
  }
  return doubtful;
}
