/** Which verdict a key means. Digits go by their place on the keyboard, so that Shift and layouts do not matter. */
import type { ShownVerdict } from '../../state/shownVerdict.ts';

const VERDICT_OF_CODE: Readonly<Record<string, ShownVerdict>> = {
  Digit1: 'first',
  Numpad1: 'first',
  ArrowLeft: 'first',
  Digit2: 'second',
  Numpad2: 'second',
  ArrowRight: 'second',
  Digit3: 'tie',
  Numpad3: 'tie',
  Digit4: 'both-bad',
  Numpad4: 'both-bad',
  Digit0: 'both-bad',
  Numpad0: 'both-bad',
  Space: 'skip',
};

export function verdictOfKey(event: Pick<KeyboardEvent, 'code' | 'key'>): ShownVerdict | undefined {
  return event.key === '=' ? 'tie' : VERDICT_OF_CODE[event.code];
}
