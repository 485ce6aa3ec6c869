/**
 * Characters that change how a text looks without being seen: marks of direction, characters without width, control
 * characters, halves of surrogate pairs. A person who judges a text must see that they are there. What joins letters of
 * Persian or parts of an emoji (U+200C, U+200D) is left, for there it is spelling.
 */
export interface TextPart {
  readonly text: string;
  /** What stands for the character, and its name; absent for plain text. */
  readonly mark?: string;
  readonly title?: string;
}

const NAMES: Readonly<Record<number, readonly [string, string]>> = {
  0x00ad: ['SHY', 'soft hyphen'],
  0x061c: ['ALM', 'Arabic letter mark'],
  0x200b: ['ZWSP', 'space without width'],
  0x200e: ['LRM', 'left-to-right mark'],
  0x200f: ['RLM', 'right-to-left mark'],
  0x202a: ['LRE', 'left-to-right embedding'],
  0x202b: ['RLE', 'right-to-left embedding'],
  0x202c: ['PDF', 'end of a direction'],
  0x202d: ['LRO', 'left-to-right override'],
  0x202e: ['RLO', 'right-to-left override'],
  0x2060: ['WJ', 'word joiner'],
  0x2066: ['LRI', 'left-to-right isolate'],
  0x2067: ['RLI', 'right-to-left isolate'],
  0x2068: ['FSI', 'first strong isolate'],
  0x2069: ['PDI', 'end of an isolate'],
  0xfeff: ['BOM', 'byte order mark'],
};

const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;

/** The text in parts, hidden characters each a part of its own. */
export function visibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (index > from) parts.push({ text: text.slice(from, index) });
    const code = character.codePointAt(0)!;
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    const [mark, name] = NAMES[code] ?? [hex, 'hidden character'];
    parts.push({ text: character, mark, title: `U+${hex}, ${name}` });
    from = index + character.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from) });
  return parts;
}
