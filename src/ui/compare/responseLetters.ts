/** The letter that stands for a response on screen: A for the first. */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

/** The kind of data that dragging a response carries: its index. */
export const DRAGGED_RESPONSE = 'application/x-palate-response';
