/** A word that stands in every text of a session, and all the shapes in which it could be found elsewhere. */
import { randomBytes } from 'node:crypto';

/** 128 random bits: found anywhere, it came from the texts. */
export function createToken(): string {
  return randomBytes(16).toString('hex');
}

/** The token itself, as a part of an address, percent-encoded, in hexadecimal, and in base64 wherever in three bytes it begins. */
export function formsOf(token: string): Readonly<Record<string, string>> {
  const hex = Buffer.from(token).toString('hex');
  return {
    plain: token,
    ...(encodeURIComponent(token) === token ? {} : { 'part of an address': encodeURIComponent(token) }),
    percent: hex.replace(/../g, '%$&'),
    hex,
    'base64 from the first byte': base64Of(token, 0),
    'base64 from the second byte': base64Of(token, 1),
    'base64 from the third byte': base64Of(token, 2),
  };
}

/** @returns how often each form stands in a text, whatever the case of its letters where that says nothing */
export function countForms(token: string, text: string): Readonly<Record<string, number>> {
  const lower = text.toLowerCase();
  return Object.fromEntries(
    Object.entries(formsOf(token)).map(([name, form]) => [
      name,
      name.startsWith('base64') ? text.split(form).length - 1 : lower.split(form.toLowerCase()).length - 1,
    ]),
  );
}

/** The characters of the encoding that depend on the token alone, not on what stands before and after it. */
function base64Of(token: string, offset: number): string {
  const encoded = Buffer.from('\0'.repeat(offset) + token).toString('base64');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + token.length) * 8) / 6);
  return encoded.slice(first, last);
}
