/** What the controls under the texts have in common. */

/** What could not be stored is said by the saved-state, and what it was about comes back. */
export function attempt(act: Promise<unknown>): void {
  act.catch(() => undefined);
}

/** A press of the mouse leaves the focus where it was, so that keys go on meaning the page. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}
