import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtinEncoder } from '../../../src/encoder/builtin/builtinEncoder.ts';
import { readCounts } from '../../../src/encoder/builtin/measurement.ts';
import {
  fitInverseFrequencies,
  weighTerms,
  type SparseVector,
} from '../../../src/encoder/builtin/termWeights.ts';
import { BUCKETS } from '../../../src/encoder/builtin/wordFacts.ts';
import type { EncoderPool, EncoderState, FeatureMatrix, Measurement } from '../../../src/encoder/encoder.ts';
import { fit, gardenAndSpace, measureAll, poolOf, row, singly, squaredDistance } from './pools.ts';

const { measure, transform } = builtinEncoder;

describe('measuring', () => {
  it('gives finite features and the same bytes again, whatever the text', () => {
    const state = fit(gardenAndSpace());
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
        .map((units) => String.fromCharCode(...units)),
      fc
        .array(
          fc.constantFrom(
            '**',
            '__',
            '`',
            '```\n',
            '$',
            '\\frac',
            '|',
            '- ',
            '1. ',
            '# ',
            "i'm ",
            '...',
            '\r\n',
            '\ud83d',
            '😀',
            'é',
            '中',
            'ا',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(unit, unit, (prompt, response) => {
        const once = measure({ prompt, response });
        const other = measure({ prompt: response, response: prompt });
        expect(measure({ prompt, response })).toEqual(once);
        const { data } = transform(state, [once, other], singly(2));
        expect(data.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t '],
    ['one character a million times', 'a'.repeat(1e6)],
    ['open brackets', '('.repeat(2e5)],
    ['terminators and quotes', '."'.repeat(1e5)],
    ['unclosed emphasis', '**a'.repeat(5e4)],
    ['combining marks', 'a' + '\u0301\u0323'.repeat(5e4)],
    ['emoji', '😀'.repeat(5e4)],
    ['lone surrogates', '\ud800'.repeat(5e4)],
  ])(
    'survives %s in linear time',
    (_, text) => {
      const measurement = measure({ prompt: text, response: text });
      const { data } = transform(fit(gardenAndSpace()), [measurement], singly(1));
      expect(data.every(Number.isFinite)).toBe(true);
    },
    10_000,
  );

  it('keeps counts beyond what fits beside the bucket', () => {
    const often = measure({ prompt: '', response: 'tea '.repeat(70_000) });
    const seldom = measure({ prompt: '', response: 'tea '.repeat(4) });
    expect(often.byteLength).toBe(seldom.byteLength);
  });
});

describe('fitting', () => {
  it('gives the same bytes for the same pool and seed, and another projection for another seed', () => {
    const pool = gardenAndSpace(50);
    const json = (state: EncoderState): string => JSON.stringify(builtinEncoder.stateToJson(state));
    expect(json(fit(pool, 3))).toBe(json(fit(pool, 3)));
    expect(fit(pool, 4).id).not.toBe(fit(pool, 3).id);
  });

  it.each([
    ['style', 0, 109, 0.3],
    ['wording', 109, -1, 0.08],
  ])('scales the pair differences of the %s block to its prior variance', (_, from, to, variance) => {
    const pool = gardenAndSpace();
    const { data, dimension, rows } = transform(fit(pool), pool.measurements, pool.promptOfRow);
    const columns = Array.from({ length: dimension }, (_, i) => i).slice(from, to);
    let total = 0;
    for (let first = 0; first < rows; first += 2) {
      for (const c of columns)
        total += (data[first * dimension + c] - data[(first + 1) * dimension + c]) ** 2;
    }
    expect(total / (rows / 2)).toBeCloseTo(variance, 5);
  });

  it('keeps all directions of a small pool, so that wording distances are those of the weighted terms', () => {
    const { measurements, ...pool } = gardenAndSpace(10);
    const state = fit({ measurements, ...pool });
    const features = transform(state, measurements, pool.promptOfRow);
    const terms = measurements.map((m) => weighTerms(readCounts(m), fitInverseFrequencies(measurements)));
    const ratios: number[] = [];
    for (let i = 1; i < measurements.length; i++) {
      const distance = squaredDistance(wording(features, i - 1), wording(features, i));
      ratios.push(distance / squaredDistance(dense(terms[i - 1]), dense(terms[i])));
    }
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.001);
  });

  it('separates two topics by wording, also in texts it was not fitted on', () => {
    const pool = gardenAndSpace(60);
    const state = fit(pool);
    const features = transform(state, pool.measurements, pool.promptOfRow);
    const isGarden = (index: number): boolean => (index >> 1) % 2 === 0;
    const rows = pool.measurements.map((_, index) => wording(features, index));
    const garden = meanOf(rows.filter((_, index) => isGarden(index)));
    const space = meanOf(rows.filter((_, index) => !isGarden(index)));
    const unseen = [
      'Water the roses and the soil.',
      'Plant seeds and compost near the tulips.',
      'The rocket left its orbit.',
      'A galaxy has many stars, and each planet its moon.',
    ];
    const measured = transform(
      state,
      measureAll(unseen.map((response) => ({ prompt: '', response }))),
      singly(4),
    );
    const looksLikeGarden = unseen.map(
      (_, i) => squaredDistance(wording(measured, i), garden) < squaredDistance(wording(measured, i), space),
    );
    expect(looksLikeGarden).toEqual([true, true, false, false]);
  });

  it.each([0, 1, 2])('works on a pool of %i texts', (size) => {
    const pool = poolOf(
      Array.from({ length: size }, (_, i) => ({ prompt: 'Say something.', response: `Text number ${i}.` })),
      new Uint32Array(0),
    );
    const state = fit(pool);
    const features = transform(state, measureAll([{ prompt: 'p', response: 'Another text.' }]), singly(1));
    expect(features.dimension).toBe(state.dimension);
    expect(features.data.every(Number.isFinite)).toBe(true);
  });

  it('makes every feature 0 where all texts of the pool are alike', () => {
    const pool = poolOf(Array.from({ length: 6 }, () => ({ prompt: 'Hi', response: 'Hello there.' })));
    const { data } = transform(fit(pool), pool.measurements, pool.promptOfRow);
    expect(data.every((value) => value === 0)).toBe(true);
  });
});

describe('the place among other candidates', () => {
  const candidates = [
    'The cat sat on the mat.',
    'The cat sat on a mat.',
    'A cat sat on the mat.',
    'Quantum chromodynamics.',
  ];
  const four = (responses = candidates): EncoderPool => {
    const pool = poolOf(responses.map((response) => ({ prompt: 'Write.', response })));
    return { ...pool, promptOfRow: new Uint32Array(responses.length) };
  };
  const centrality = (
    state: EncoderState,
    measurements: readonly Measurement[],
    prompts: Uint32Array,
  ): number[] => {
    const { data, dimension } = transform(state, measurements, prompts);
    return measurements.map((_, i) => data[(i + 1) * dimension - 1]);
  };

  it('is higher for a response like the others than for the odd one out', () => {
    const pool = four();
    const [first, second, third, odd] = centrality(fit(pool), pool.measurements, pool.promptOfRow);
    expect(Math.min(first, second, third)).toBeGreaterThan(2 * odd);
  });

  it('is 0 for a response on its own and for two', () => {
    const pool = four();
    const state = fit(pool);
    expect(centrality(state, pool.measurements.slice(0, 1), singly(1))).toEqual([0]);
    expect(centrality(state, pool.measurements.slice(0, 2), new Uint32Array(2))).toEqual([0, 0]);
  });

  it('does not change when a response is there twice', () => {
    const pool = four();
    const state = fit(pool);
    const once = centrality(state, pool.measurements, pool.promptOfRow);
    const twice = centrality(state, [...pool.measurements, pool.measurements[0]], new Uint32Array(5));
    expect(twice).toEqual([...once, once[0]]);
    const copies = [pool.measurements[0], pool.measurements[0], pool.measurements[1]];
    expect(centrality(state, copies, new Uint32Array(3))).toEqual([0, 0, 0]);
  });

  it('has pair differences of its prior variance on the pairs that have it', () => {
    const pool = four();
    const [a, b, c, d] = centrality(fit(pool), pool.measurements, pool.promptOfRow);
    expect(((a - b) ** 2 + (c - d) ** 2) / 2).toBeCloseTo(0.03, 6);
  });

  it('is switched off by a pool whose prompts have two candidates each', () => {
    const state = fit(gardenAndSpace());
    const { measurements } = four();
    expect(centrality(state, measurements, new Uint32Array(4))).toEqual([0, 0, 0, 0]);
  });
});

describe('feature names', () => {
  it('name every column once within its group', () => {
    const state = fit(gardenAndSpace());
    const names = builtinEncoder.featureNames(state).map(({ name, group }) => `${group}: ${name}`);
    expect(names).toHaveLength(state.dimension);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('transforming', () => {
  it('asks for the prompt group of every row', () => {
    const { measurements } = gardenAndSpace();
    expect(() => transform(fit(gardenAndSpace()), measurements, singly(1))).toThrow(/prompt group/);
  });

  it('refuses bytes that are no measurement', () => {
    const state = fit(gardenAndSpace());
    expect(() => transform(state, [new Uint8Array(10)], singly(1))).toThrow(/Not a measurement/);
  });

  it('reads measurements that lie anywhere in a larger buffer', () => {
    const state = fit(gardenAndSpace());
    const [measurement] = measureAll([{ prompt: 'Hi', response: 'Roses are red.' }]);
    const larger = new Uint8Array(measurement.length + 7);
    larger.set(measurement, 7);
    const shifted = transform(state, [larger.subarray(7)], singly(1));
    expect(shifted.data).toEqual(transform(state, [measurement], singly(1)).data);
  });
});

/** The lexical columns of one row. */
function wording(features: FeatureMatrix, index: number): Float32Array {
  return row(features, index).slice(109, -1);
}

function dense({ buckets, values }: SparseVector): Float32Array {
  const vector = new Float32Array(BUCKETS);
  buckets.forEach((bucket, i) => (vector[bucket] = values[i]));
  return vector;
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  return vectors[0].map(
    (_, column) => vectors.reduce((sum, vector) => sum + vector[column], 0) / vectors.length,
  );
}
