import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/core/preference.ts';
import { builtinEncoder } from '../../src/encoder/builtin/builtinEncoder.ts';
import { FeaturePool, type EncodedPool } from '../../src/state/featurePool.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import type { StoredHead } from '../../src/storage/appStorage.ts';
import type { EncodeRequest } from '../../workers/encoderApi.ts';
import { EncoderService } from '../../workers/encoderService.ts';
import { sampleHead } from '../helpers/storageSamples.ts';

const SETTINGS = { encoderId: builtinEncoder.id, seed: 1 };
const PROMPTS = ['Of roses?', 'OF  roses?', 'Of boats?', 'Of bread?', 'Of stars?', 'Of rain?', 'Of tea?'];
const ANSWERS = ['Perhaps.', 'No, never!', 'A rose smells of tea.', 'Boats and more boats.', '- Rain\n- Tea'];

function comparison(index: number, prompt: string, a: string, b: string): Comparison {
  const source = { kind: 'typed' } as const;
  return {
    ...{ id: `c${index}`, source, a: { text: a }, b: { text: b } },
    prompt: [{ role: 'user', content: prompt }],
  };
}

/** Four answers to each of twelve prompts: enough for a place among the candidates. */
const FIRST = Array.from({ length: 24 }, (_, index) => {
  const words = ANSWERS[index % ANSWERS.length];
  return comparison(index, `Question ${index >> 1}?`, `${words} One ${index}`, `Two ${index}, ${words}`);
});

/** The encoder itself, and what it was asked. */
class WatchedEncoder extends EncoderService {
  readonly requests: EncodeRequest[] = [];
  override encode(request: EncodeRequest) {
    this.requests.push(request);
    return super.encode(request, () => undefined);
  }
}

function openPool() {
  const encoder = new WatchedEncoder();
  const pool = new FeaturePool(createMemoryStorage(), encoder);
  const open = (comparisons: readonly Comparison[], current?: StoredHead): Promise<EncodedPool> =>
    pool.open(comparisons, SETTINGS, current, () => undefined, { aborted: false });
  return { encoder, open };
}

/** A head in use whose encoder state describes any number of texts. */
function headWith(state: unknown): StoredHead {
  const { head, ...rest } = sampleHead('h', Float32Array.of(1));
  const provenance = { ...head.provenance, ...SETTINGS };
  return { ...rest, head: { ...head, provenance }, encoderState: state, poolSize: 1e6 };
}

/** All that training reads of a pool, whatever the numbers of its rows and groups. */
function meaningOf(
  { encoded, logLengths, promptOfRow, places, rows }: EncodedPool,
  comparisons: readonly Comparison[],
) {
  const { data, dimension } = encoded.features;
  const groups = new Map<number, number>();
  return comparisons.map(({ id, prompt, a, b }) => {
    const place = places.get(id)!;
    const known = rows.get(prompt[0].content)!;
    expect([known.get(a.text), known.get(b.text)]).toEqual([place.a, place.b]);
    return [place.a, place.b].map((row) => {
      const group = promptOfRow[row];
      groups.set(group, groups.get(group) ?? groups.size);
      return {
        features: data.slice(row * dimension, (row + 1) * dimension),
        logLength: logLengths[row],
        group: groups.get(group),
      };
    });
  });
}

const addition = fc.array(fc.tuple(fc.nat(6), fc.nat(4), fc.nat(4)), { minLength: 1, maxLength: 3 });
const change = fc.oneof({ weight: 6, arbitrary: addition }, { weight: 1, arbitrary: fc.constant('drop') });

describe('The pool of features', () => {
  test('means the same however its comparisons came in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const grown = openPool();
        let comparisons: readonly Comparison[] = FIRST;
        let pool = await grown.open(comparisons);
        let count = FIRST.length;
        for (const change of changes) {
          comparisons =
            typeof change === 'string'
              ? comparisons.slice(0, -1)
              : [
                  ...comparisons,
                  ...change.map(([prompt, a, b]) =>
                    comparison(count++, PROMPTS[prompt], ANSWERS[a], ANSWERS[b]),
                  ),
                ];
          pool = await grown.open(comparisons, headWith(pool.encoded.state));
        }
        const anew = await openPool().open(comparisons, headWith(pool.encoded.state));
        expect(pool.encoded.features.rows).toBe(anew.encoded.features.rows);
        expect(meaningOf(pool, comparisons)).toEqual(meaningOf(anew, comparisons));
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  test('encodes only what comes in, where that has prompts of its own', async () => {
    const { encoder, open } = openPool();
    const first = await open(FIRST);
    const second = await open([...FIRST, comparison(30, 'Of roses?', 'Yes.', 'No.')]);
    expect(encoder.requests.map(({ inputs }) => inputs.length)).toEqual([48, 2]);
    expect(second.encoded.state).toBe(first.encoded.state);
    expect(second.fittedOn).toBe(48);
  });

  test('encodes all anew where an answer comes to a known prompt, or one has gone', async () => {
    const { encoder, open } = openPool();
    const first = await open(FIRST);
    const head = headWith(first.encoded.state);
    await open([...FIRST, comparison(30, 'question  3?', 'Yes.', 'No.')], head);
    await open(FIRST, head);
    expect(encoder.requests.map(({ inputs }) => inputs.length)).toEqual([48, 50, 48]);
  });
});
