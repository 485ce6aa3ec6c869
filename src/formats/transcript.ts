/**
 * Transcripts with `\n\nHuman: ` and `\n\nAssistant: ` turns, the notation of the Anthropic HH files, and the way from
 * messages to one text and back.
 */
import type { Message } from '../core/preference.ts';

/** A marker is a turn of its own, at the start of the text or after a blank line; the space behind it belongs to it. */
const MARKER = /(?:^|\n\n)(Human|Assistant): ?/g;

const ASSISTANT_MARKER = '\n\nAssistant:';

const ROLE_OF = { Human: 'user', Assistant: 'assistant' } as const;
const LABEL_OF = { system: 'System', user: 'Human', assistant: 'Assistant', tool: 'Tool' } as const;

/** True for text with at least one human and one assistant turn. */
export function isTranscript(text: string): boolean {
  return /(?:^|\n\n)Human:/.test(text) && text.includes(ASSISTANT_MARKER);
}

/**
 * The prompt a text stands for: the turns of a transcript, otherwise the text as one message of the user. An assistant
 * marker at the very end, behind which the response would begin, is dropped; empty text is the empty prompt.
 */
export function promptMessages(text: string): readonly Message[] {
  if (text === '') return [];
  if (!/^\s*Human:/.test(text)) return [{ role: 'user', content: text }];
  return transcriptMessages(text);
}

function transcriptMessages(text: string): readonly Message[] {
  const messages: Message[] = [];
  const markers = [...text.trimStart().matchAll(MARKER)];
  const body = text.trimStart();
  markers.forEach((marker, turn) => {
    const start = marker.index + marker[0].length;
    const content = body.slice(start, markers[turn + 1]?.index ?? body.length);
    messages.push({ role: ROLE_OF[marker[1] as keyof typeof ROLE_OF], content });
  });
  const last = messages.at(-1);
  if (last?.role === 'assistant' && last.content.trim() === '') messages.pop();
  return messages;
}

export interface SplitTexts {
  readonly prompt: readonly Message[];
  readonly chosen: string;
  readonly rejected: string;
}

/**
 * Splits two transcripts of one conversation at the last assistant marker they share. Where they part before the last
 * turn, the responses hold the later turns as they stand. Undefined when they share no assistant turn.
 */
export function splitTranscripts(chosen: string, rejected: string): SplitTexts | undefined {
  const shared = chosen.slice(0, commonPrefixLength(chosen, rejected));
  const at = shared.lastIndexOf(ASSISTANT_MARKER);
  if (at < 0) return undefined;
  const start = at + ASSISTANT_MARKER.length;
  return {
    prompt: promptMessages(shared.slice(0, at)),
    chosen: withoutLeadingSpace(chosen.slice(start)),
    rejected: withoutLeadingSpace(rejected.slice(start)),
  };
}

/** One text for a response of one or more messages: the bare content of a single assistant message. */
export function responseText(messages: readonly Message[]): string {
  return messages
    .map(({ role, content }, turn) =>
      turn === 0 && role === 'assistant' ? content : `\n\n${LABEL_OF[role]}: ${content}`,
    )
    .join('');
}

/** Number of UTF-16 code units two texts begin with in common. */
export function commonPrefixLength(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let length = 0;
  while (length < shorter && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** The one space that belongs to the marker. */
function withoutLeadingSpace(text: string): string {
  return text.startsWith(' ') ? text.slice(1) : text;
}
