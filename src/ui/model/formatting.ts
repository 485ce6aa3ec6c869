/** How times and counts are written on the Model screen, in the language of the browser. */

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param at milliseconds since the epoch */
export function formatMoment(at: number): string {
  return moment.format(at);
}

/** "0.42 s", "75 s". */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${seconds.toFixed(seconds < 10 ? 2 : 0)}\u202fs`;
}

/** "1 pair", "1,200 pairs". */
export function formatCount(count: number, noun: string): string {
  return `${count.toLocaleString()} ${noun}${count === 1 ? '' : 's'}`;
}
