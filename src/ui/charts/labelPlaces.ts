/** Vertical places for labels that belong to points: as near as may be, but never on top of each other. */

/**
 * @param wanted pixels, one per label
 * @param gap the least distance between two labels, pixels
 * @returns places in the order of `wanted`; the order from top to bottom is kept
 */
export function labelPlaces(wanted: readonly number[], gap: number): number[] {
  const order = wanted.map((_, index) => index).sort((one, other) => wanted[one] - wanted[other]);
  const places = [...wanted];
  for (let turn = 0; turn < wanted.length; turn++) {
    for (let below = 1; below < order.length; below++) {
      const overlap = gap - (places[order[below]] - places[order[below - 1]]);
      if (overlap <= 0) continue;
      places[order[below - 1]] -= overlap / 2;
      places[order[below]] += overlap / 2;
    }
  }
  return places;
}
