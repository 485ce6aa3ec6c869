/**
 * CRC-32 (the polynomial 0x04C11DB7, reflected, as in gzip and PNG) over bytes that come piece by piece. It tells
 * accidents: any change within 32 neighbouring bits, and all but one in 2^32 of the others. It is no protection
 * against somebody who wants a change to go unseen.
 */
import { crc32Step } from '../core/crc32.ts';

export class Crc32 {
  #remainder = 0xffffffff;

  update(bytes: Uint8Array): void {
    let remainder = this.#remainder;
    for (let i = 0; i < bytes.length; i++) {
      remainder = crc32Step(remainder, bytes[i]);
    }
    this.#remainder = remainder;
  }

  /** The checksum of everything so far, as eight hexadecimal digits. */
  digest(): string {
    return (~this.#remainder >>> 0).toString(16).padStart(8, '0');
  }
}
