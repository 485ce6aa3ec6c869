/**
 * Field types that several formats share, as valibot schemas. A schema's message says what is expected, in words that
 * follow "expected". Numbers may come as text, because every cell of a table is text.
 */
import * as v from 'valibot';
import type { Message } from '../core/preference.ts';
import { promptMessages } from './transcript.ts';

export const text = v.string('text');

/** Text that may be left out; null and absent are the empty text. */
export const optionalText = v.nullish(text, '');

/** A finite number, also written as text. */
export function number(expectation = 'a number') {
  return v.pipe(
    v.union([v.number(), v.string()], expectation),
    v.transform((value) => (typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value))),
    v.check((value) => Number.isFinite(value), expectation),
  );
}

/** One of these numbers, also written as text. */
export function oneOf<const T extends number>(values: readonly T[], expectation: string) {
  return v.pipe(
    v.union([v.number(), v.string()], expectation),
    v.transform(
      (value) => (typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)) as T,
    ),
    v.check((value) => values.includes(value), expectation),
  );
}

/** A number that may be left out; null, absent and blank text are undefined. */
export const optionalNumber = v.pipe(
  v.optional(v.nullable(v.union([v.number(), v.string()], 'a number'))),
  v.transform((value) => {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' && value.trim() === '' ? undefined : Number(value);
  }),
  v.check((value) => value === undefined || Number.isFinite(value), 'a number'),
);

const ROLES: Readonly<Record<string, Message['role']>> = {
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  system: 'system',
  developer: 'system',
  tool: 'tool',
  function: 'tool',
};

const ROLE = 'a role (user, assistant, system or tool)';

const role = v.pipe(
  v.string(ROLE),
  v.check((name) => Object.hasOwn(ROLES, name.toLowerCase()), ROLE),
  v.transform((name) => ROLES[name.toLowerCase()]),
);

/** Text, or a list of typed parts whose texts are joined; null where a message only calls tools. */
const content = v.pipe(
  v.nullable(
    v.union(
      [v.string(), v.array(v.looseObject({ text: v.optional(v.string(), '') }))],
      'text or a list of text parts',
    ),
  ),
  v.transform((value) =>
    typeof value === 'string' ? value : (value ?? []).map((part) => part.text).join(''),
  ),
);

const MESSAGES = 'a list of messages with `role` and `content`';

/** Messages as `{role, content}` or `{from, value}`. */
export const messages = v.pipe(
  v.array(
    v.pipe(
      v.record(v.string(), v.unknown(), MESSAGES),
      v.transform(({ role, content, from, value }) => ({
        role: role ?? from,
        content: content ?? value ?? null,
      })),
      v.object({ role, content }),
    ),
    MESSAGES,
  ),
  v.transform((list): readonly Message[] => list),
);

/** The prompt of the Alpaca family: the instruction, then its input on a paragraph of its own where there is one. */
export function instructionPrompt(instruction: string, input: string): readonly Message[] {
  const content = [instruction, input].filter((part) => part.trim() !== '').join('\n\n');
  return content === '' ? [] : [{ role: 'user', content }];
}

/** A prompt given as text or as messages; null and absent are the empty prompt, undefined is anything else. */
export function readPromptValue(value: unknown): readonly Message[] | undefined {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return promptMessages(value);
  const result = v.safeParse(messages, value);
  return result.success ? result.output : undefined;
}
