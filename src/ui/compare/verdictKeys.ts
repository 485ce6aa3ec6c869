/** What keys mean in Compare. Digits go by their place on the keyboard, so that Shift and layouts do not matter. */
import type { CompareSession } from '../../state/compareSession.svelte.ts';
import type { ShownVerdict } from '../../state/shownVerdict.ts';

type AskingMode = CompareSession['mode'];

export const MODE_KEYS: Readonly<Record<AskingMode, string>> = { pairs: 'p', rank: 'k', single: 'o' };

/** One letter for each reason, in their order. */
export const REASON_KEYS = ['q', 'w', 'e', 'r', 't', 'y', 'u', 'i'] as const;

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

/** The digit on a key, from the row or the pad; undefined for other keys. */
export function digitOfKey({ code }: Pick<KeyboardEvent, 'code'>): number | undefined {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  return digit === undefined ? undefined : Number(digit);
}

export function modeOfKey(key: string): AskingMode | undefined {
  return (Object.keys(MODE_KEYS) as AskingMode[]).find((mode) => MODE_KEYS[mode] === key);
}
