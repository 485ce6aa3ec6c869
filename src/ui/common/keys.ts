/** When a key press is meant for the page, and not for a field, a menu or a dialog. */

const FIELDS = 'input, textarea, select, [contenteditable="true"]';

/**
 * True for a plain key (Shift allowed) that nothing else wants: no field has the focus, no dialog is open, no control
 * of the browser or of an input method is meant.
 */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
    return false;
  return !isTaken(event);
}

/** Ctrl+Z, or Cmd+Z on a Mac; with Shift, and as Ctrl+Y, it is redo. Fields keep their own undo. */
export function undoOrRedo(event: KeyboardEvent): 'undo' | 'redo' | undefined {
  if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey) || isTaken(event))
    return undefined;
  const key = event.key.toLowerCase();
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
  return key === 'y' ? 'redo' : undefined;
}

/** Space and Enter belong to the button or link that has the focus. */
export function isOnControl(event: KeyboardEvent): boolean {
  return (
    event.target instanceof Element && event.target.closest('a, button, summary, [role="option"]') !== null
  );
}

function isTaken(event: KeyboardEvent): boolean {
  const inField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
  return inField || document.querySelector('dialog[open]') !== null;
}
