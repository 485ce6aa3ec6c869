/** Damage to bytes, as a bad disk, a cut transfer or an attacker with patience does it. */
import type { Random } from '../../src/core/random.ts';

/** Bytes that mean something to one reader or another. */
const TELLING = [0, 9, 10, 13, 34, 39, 44, 58, 59, 91, 92, 93, 123, 125, 0xbf, 0xef, 0xfe, 0xff];

/** One to five changes: a byte set, taken out or put in, a stretch doubled, moved or cut off. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let changed = Array.from(bytes);
  const below = (limit: number): number => Math.floor(random.next() * Math.max(1, limit));
  const byte = (): number => (random.next() < 0.6 ? TELLING[below(TELLING.length)] : below(256));
  for (let changes = 1 + below(5); changes > 0; changes--) {
    const at = below(changed.length);
    const length = 1 + below(40);
    const acts: readonly (() => void)[] = [
      () => (changed[at] = byte()),
      () => void changed.splice(at, 1),
      () => void changed.splice(at, 0, byte()),
      () => void changed.splice(at, length),
      () => void changed.splice(at, 0, ...changed.slice(at, at + length)),
      () => void changed.splice(below(changed.length), 0, ...changed.splice(at, length)),
      () => (changed = changed.slice(0, Math.max(1, at))),
      () => (changed[at] ^= 1 << below(8)),
    ];
    acts[below(acts.length)]();
  }
  return Uint8Array.from(changed);
}
