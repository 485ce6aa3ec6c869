/**
 * Where in a text the first of the texts stands that end an answer.
 * @returns undefined where none of them does
 */
export function stopPlace(text: string, stopTexts: readonly string[]): number | undefined {
  const places = stopTexts.filter(Boolean).map((stop) => text.indexOf(stop));
  const found = places.filter((place) => place >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}
