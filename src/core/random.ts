/**
 * Seeded random numbers. Everything that draws takes a `Random`, so that the same seed and data give the same bytes.
 * The generator is xoshiro128** (Blackman and Vigna, 2018), seeded through splitmix32; 32 random bits a draw.
 */
import { cosOfTurns, log, sinOfTurns } from './elementary.ts';

export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  readonly next: () => number;
  /** Standard normal, by Box and Muller's transform, rounded to float32. */
  readonly normal: () => number;
  /** Uniform integer in [0, below). */
  readonly integer: (below: number) => number;
  /** Fisher-Yates shuffle in place; returns its argument. */
  readonly shuffle: <T>(items: T[]) => T[];
}

export function createRandom(seed: number): Random {
  const bits = xoshiro128(seed);
  const next = (): number => ((bits() >>> 5) * 67108864 + (bits() >>> 6)) / 9007199254740992;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * log(1 - next()));
    const turn = next();
    spare = Math.fround(radius * sinOfTurns(turn));
    return Math.fround(radius * cosOfTurns(turn));
  };
  const integer = (below: number): number => Math.floor(next() * below);
  const shuffle = <T>(items: T[]): T[] => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = integer(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  };
  return { next, normal, integer, shuffle };
}

function xoshiro128(seed: number): () => number {
  let mixed = seed >>> 0;
  const splitmix = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed ^ (mixed >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}
