/**
 * Fast, synchronous, non-cryptographic 128-bit hashes for cache keys and content ids.
 *
 * Four 32-bit lanes read every unit with their own odd multiplier (multiply-xorshift, after the family of Murmur and
 * FNV); at the end the lanes are mixed into each other and the length is added. Accidental collisions among
 * millions of texts are not to be expected; a person who wants a collision can make one, so nothing may be
 * trusted because of its hash. `crypto.subtle` is not used: it is asynchronous and absent outside secure contexts.
 */

const MULTIPLIERS = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const;

/** Hash of a text's UTF-16 code units as 32 hexadecimal digits; lone surrogates are units like any other. */
export function textHash(text: string): string {
  return hashUnits(text.length, (index) => text.charCodeAt(index));
}

/** Hash of bytes as 32 hexadecimal digits. */
export function bytesHash(bytes: Uint8Array): string {
  return hashUnits(bytes.length, (index) => bytes[index]);
}

function hashUnits(length: number, unitAt: (index: number) => number): string {
  const [m0, m1, m2, m3] = MULTIPLIERS;
  let [a, b, c, d] = [m3 ^ length, m2 ^ length, m1 ^ length, m0 ^ length];
  for (let index = 0; index < length; index++) {
    const unit = unitAt(index) + 1;
    a = Math.imul(a ^ unit, m0);
    a ^= a >>> 15;
    b = Math.imul(b ^ unit, m1);
    b ^= b >>> 13;
    c = Math.imul(c ^ unit, m2);
    c ^= c >>> 16;
    d = Math.imul(d ^ unit, m3);
    d ^= d >>> 14;
  }
  a = (a + b + c + d) | 0;
  b = finish(b + a);
  c = finish(c + b);
  d = finish(d + c);
  a = finish(a + d);
  return hex(a) + hex(b) + hex(c) + hex(d);
}

/** Spreads every input bit over all 32 output bits; a bijection. */
function finish(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), MULTIPLIERS[1]);
  mixed = Math.imul(mixed ^ (mixed >>> 13), MULTIPLIERS[2]);
  return mixed ^ (mixed >>> 16);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
