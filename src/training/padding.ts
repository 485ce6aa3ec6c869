/** Rows as wide as a backend wants them: its loads are whole vectors, so a row is a multiple of its `alignment`. */
/** The next multiple of `alignment`. */
export function padded(count: number, alignment: number): number {
  return Math.ceil(count / alignment) * alignment;
}

/** `[rows, from]` → `[rows, to]`, zeros on the right; the same array where nothing is missing. */
export function padColumns<Numbers extends Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>(
  data: Numbers,
  rows: number,
  from: number,
  to: number,
): Numbers {
  if (from === to) return data;
  const wide = new (data.constructor as new (length: number) => Numbers)(rows * to);
  for (let row = 0; row < rows; row++) wide.set(data.subarray(row * from, (row + 1) * from), row * to);
  return wide;
}

/** `[rows, stride]` → `[rows, columns]`: drops what stands to the right. */
export function unpad(
  data: ArrayLike<number>,
  rows: number,
  columns: number,
  stride: number,
): Float64Array<ArrayBuffer> {
  return Float64Array.from(
    { length: rows * columns },
    (_, i) => data[Math.floor(i / columns) * stride + (i % columns)],
  );
}
