import { describe, expect, test } from 'vitest';
import { createCpuBackend } from '../../src/compute/cpuBackend.ts';
import { LENGTH_CONTROLS, type LengthControl } from '../../src/core/lengthControl.ts';
import { createRandom } from '../../src/core/random.ts';
import type { HeadKind } from '../../src/core/rewardHead.ts';
import type { RankingOrder } from '../../src/core/ranking.ts';
import { askNext } from '../../src/training/askNext.ts';
import { rankSets, type RankingHead } from '../../src/training/rankSets.ts';
import { trainRewardHead } from '../../src/training/trainRewardHead.ts';

const DIMENSION = 6;

/** A head of judgments whose labels follow the first feature, or a coin where `share` is ½. */
async function headOf(
  pairs: number,
  share: number,
  lengthControl: LengthControl = 'off',
  headKind: HeadKind = 'linear',
): Promise<RankingHead> {
  const random = createRandom(8);
  const features = Float32Array.from({ length: 2 * pairs * DIMENSION }, random.normal);
  const first = (row: number): number => features[row * DIMENSION];
  const isFirst = Array.from(
    { length: pairs },
    (_, pair) => first(2 * pair) > first(2 * pair + 1) === random.next() < share,
  );
  const outcome = await trainRewardHead(
    createCpuBackend(),
    {
      features,
      dimension: DIMENSION,
      // Length goes along with what the labels follow.
      logLengths: Float32Array.from({ length: 2 * pairs }, (_, row) => first(row) + random.normal()),
      rows: {
        chosen: Uint32Array.from(isFirst, (is, pair) => 2 * pair + (is ? 0 : 1)),
        rejected: Uint32Array.from(isFirst, (is, pair) => 2 * pair + (is ? 1 : 0)),
      },
      promptOfPair: Uint32Array.from(isFirst, (_, pair) => pair),
      weights: new Float32Array(pairs).fill(1),
      targetMargins: new Float32Array(pairs),
      cues: { longer: new Int8Array(pairs), first: new Int8Array(pairs) },
      isControl: new Uint8Array(pairs).fill(1),
    },
    { headKind, hasFixedPrior: true, seed: 1, lengthControl },
    { signal: { aborted: false }, yieldToEvents: () => Promise.resolve(), onProgress: () => undefined },
  );
  return { ...outcome, dimension: DIMENSION };
}

const candidates = (count: number, seed = 3): Float32Array<ArrayBuffer> => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count * DIMENSION }, random.normal);
};
const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, row) => row);

describe('ranking with what the head knows', () => {
  test('every step down has an interval around its probability, narrower with more judgments', async () => {
    const features = candidates(5);
    const widths: number[] = [];
    for (const pairs of [20, 400]) {
      const [ranking] = rankSets(await headOf(pairs, 1), features, new Float32Array(5), [all(5)], 'expected');
      for (const { beatsNext, beatsNextInterval } of ranking.slice(0, -1)) {
        expect(beatsNextInterval!.low).toBeLessThan(beatsNext!);
        // Both may be as near to 1 as float32 tells.
        expect(beatsNextInterval!.high).toBeGreaterThanOrEqual(beatsNext!);
      }
      expect(ranking.at(-1)!.beatsNextInterval).toBeUndefined();
      widths.push(ranking[0].beatsNextInterval!.high - ranking[0].beatsNextInterval!.low);
    }
    expect(widths[1]).toBeLessThan(widths[0]);
  });

  test('after 200 coin flips nearly every step is too close to call', async () => {
    const head = await headOf(200, 0.5);
    const sets = Array.from({ length: 50 }, (_, set) =>
      Uint32Array.of(4 * set, 4 * set + 1, 4 * set + 2, 4 * set + 3),
    );
    const steps = rankSets(head, candidates(200), new Float32Array(200), sets, 'expected').flatMap(
      (ranking) => ranking.slice(0, -1),
    );
    const close = steps.filter(({ tooCloseToCall }) => tooCloseToCall).length;
    expect(close / steps.length).toBeGreaterThan(0.9);
  });

  test('after 200 judgments by one rule most winners are not', async () => {
    const head = await headOf(200, 1);
    const sets = Array.from({ length: 50 }, (_, set) => Uint32Array.of(2 * set, 2 * set + 1));
    const winners = rankSets(head, candidates(100), new Float32Array(100), sets, 'expected').map(
      ([winner]) => winner,
    );
    expect(winners.filter(({ tooCloseToCall }) => !tooCloseToCall).length).toBeGreaterThan(30);
  });

  test.each(LENGTH_CONTROLS)(
    'neither the order of the candidates nor their company changes a score beside another (length control %s)',
    async (control) => {
      const head = await headOf(60, 0.9, control);
      const features = candidates(6);
      const lengths = Float32Array.of(3, 6, 2, 5, 4, 1);
      const gap = (rows: Uint32Array, one: number, other: number): number => {
        const [ranking] = rankSets(head, features, lengths, [rows], 'expected');
        const score = (row: number) => ranking.find(({ index }) => rows[index] === row)!.score;
        return score(one) - score(other);
      };
      const alone = gap(Uint32Array.of(1, 4), 1, 4);
      expect(gap(all(6), 1, 4)).toBeCloseTo(alone, 12);
      expect(gap(all(6).reverse(), 1, 4)).toBeCloseTo(alone, 12);
      expect(gap(Uint32Array.of(4, 1, 1, 1), 1, 4)).toBeCloseTo(alone, 12);
    },
  );
});

describe('the cautious order', () => {
  const cautious = (head: RankingHead, features: Float32Array, rows: Uint32Array) =>
    rankSets(head, features, new Float32Array(features.length / DIMENSION), [rows], 'cautious')[0];

  test('takes off what the head does not know: beside equals, the unfamiliar candidate comes last', async () => {
    const head = await headOf(200, 1);
    const features = new Float32Array(3 * DIMENSION);
    // The second feature decided nothing, so the head's weight for it is small and unsure.
    features[2 * DIMENSION + 1] = 30;
    const ranking = cautious(head, features, all(3));
    expect(ranking.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { score, lowerBound } of ranking) expect(lowerBound).toBeLessThan(score);
  });

  test('repeating, shuffling or adding copies changes no place and no bound beside another', async () => {
    const head = await headOf(40, 0.8);
    const features = candidates(5);
    const placesOf = (rows: Uint32Array) => {
      const ranking = cautious(head, features, rows);
      const lowest = ranking.at(-1)!.lowerBound!;
      const found = ranking.map(({ index, lowerBound }) => [rows[index], (lowerBound! - lowest).toFixed(9)]);
      return [...new Set(found.map((entry) => entry.join()))];
    };
    const plain = placesOf(all(5));
    expect(plain).toHaveLength(5);
    expect(placesOf(Uint32Array.of(4, 1, 0, 3, 2))).toEqual(plain);
    expect(placesOf(Uint32Array.of(3, 0, 1, 2, 3, 4, 3, 3, 0))).toEqual(plain);
  });

  test('of two candidates, or of a head that does not know how sure it is, is the order by reward', async () => {
    const head = await headOf(20, 0.7);
    const features = candidates(40);
    const lengths = new Float32Array(40);
    const pairs = Array.from({ length: 20 }, (_, pair) => Uint32Array.of(2 * pair, 2 * pair + 1));
    const indices = (order: RankingOrder, by: RankingHead, sets: readonly Uint32Array[]) =>
      rankSets(by, features, lengths, sets, order).map((ranking) => ranking.map(({ index }) => index));
    expect(indices('cautious', head, pairs)).toEqual(indices('expected', head, pairs));
    expect(indices('cautious', head, [all(40)])).not.toEqual(indices('expected', head, [all(40)]));
    const unsure = { ...head, covariance: undefined };
    expect(rankSets(unsure, features, lengths, [all(40)], 'cautious')).toEqual(
      rankSets(unsure, features, lengths, [all(40)], 'expected'),
    );
  });
});

describe('a hidden layer', () => {
  const stepsOf = async (pairs: number, share: number) => {
    const head = await headOf(pairs, share, 'off', 'mlp');
    const sets = Array.from({ length: 50 }, (_, set) => Uint32Array.of(2 * set, 2 * set + 1));
    return rankSets(head, candidates(100), new Float32Array(100), sets, 'expected').map(([winner]) => winner);
  };
  const closeAmong = (steps: Awaited<ReturnType<typeof stepsOf>>): number =>
    steps.filter(({ tooCloseToCall }) => tooCloseToCall).length / steps.length;

  test('knows from the heads of its folds how sure it is: much after one rule, little after coin flips', async () => {
    const [rule, coin] = [await stepsOf(200, 1), await stepsOf(200, 0.5)];
    for (const { beatsNext, beatsNextInterval } of rule) {
      expect(beatsNextInterval!.low).toBeLessThanOrEqual(beatsNext!);
      expect(beatsNextInterval!.high).toBeGreaterThanOrEqual(beatsNext!);
    }
    expect(closeAmong(rule)).toBeLessThan(0.4);
    expect(closeAmong(coin)).toBeGreaterThan(0.8);
  });

  test('ranks cautiously, whatever the order, the copies and the company of the candidates', async () => {
    const head = await headOf(60, 0.9, 'off', 'mlp');
    const features = candidates(5);
    const placesOf = (rows: Uint32Array) => {
      const [ranking] = rankSets(head, features, new Float32Array(5), [rows], 'cautious');
      return [...new Set(ranking.map(({ index }) => rows[index]))];
    };
    const plain = placesOf(all(5));
    expect(placesOf(Uint32Array.of(4, 1, 0, 3, 2))).toEqual(plain);
    expect(placesOf(Uint32Array.of(3, 0, 1, 2, 3, 4, 3, 3, 0))).toEqual(plain);
    expect(
      rankSets(head, features, new Float32Array(5), [all(5)], 'cautious')[0][0].lowerBound,
    ).toBeDefined();
  });
});

describe('good enough', () => {
  const bar = {
    ...{ intercept: -1, slope: 2, covariance: [0.1, 0, 0.1] as const, good: 9, bad: 9 },
    separation: { value: 0.9, low: 0.7, high: 1 },
  };

  test('is said of every candidate by its calibrated reward, with an interval', async () => {
    const head = { ...(await headOf(60, 0.9)), bar };
    const features = candidates(5);
    const [ranking] = rankSets(head, features, new Float32Array(5), [all(5)], 'expected');
    const said = ranking.map(({ acceptance }) => acceptance!);
    expect(said.map(({ probability }) => probability)).toEqual(
      said.map(({ probability }) => probability).sort((one, other) => other - one),
    );
    for (const { probability, low, high } of said) {
      expect(low).toBeLessThan(probability);
      expect(high).toBeGreaterThan(probability);
    }
    // Scored alone, a candidate is as good as among others.
    const alone = rankSets(head, features, new Float32Array(5), [Uint32Array.of(2)], 'expected')[0][0];
    expect(alone.acceptance).toEqual(ranking.find(({ index }) => index === 2)!.acceptance);
  });

  test('is not said without a bar, nor by one that may be chance', async () => {
    const head = await headOf(60, 0.9);
    const chance = { ...bar, separation: { ...bar.separation, low: 0.45 } };
    for (const given of [head, { ...head, bar: chance }]) {
      const [[best]] = rankSets(given, candidates(2), new Float32Array(2), [all(2)], 'expected');
      expect(best.acceptance).toBeUndefined();
    }
  });
});

describe('length taken out of the reward', () => {
  const pair = [Uint32Array.of(0, 1)];
  const gap = (head: RankingHead, lengths: Float32Array): number => {
    const [[winner, other]] = rankSets(head, new Float32Array(2 * DIMENSION), lengths, pair, 'expected');
    return winner.index === 0 ? winner.score - other.score : other.score - winner.score;
  };

  test('costs the longer of two equal candidates its share of the slope', async () => {
    const head = await headOf(200, 1, 'half');
    expect(head.length!.slope).toBeGreaterThan(0);
    expect(gap(head, Float32Array.of(3, 1))).toBeCloseTo(-0.5 * head.length!.slope * 2, 9);
    expect(gap(await headOf(200, 1, 'full'), Float32Array.of(3, 1))).toBeCloseTo(-head.length!.slope * 2, 9);
  });

  test('costs nothing where it is off, or where a head knows no control', async () => {
    const head = await headOf(200, 1);
    expect(gap(head, Float32Array.of(3, 1))).toBe(0);
    expect(gap({ ...head, length: undefined }, Float32Array.of(3, 1))).toBe(0);
  });
});

describe('asking', () => {
  const rows = (count: number) => ({
    chosen: Uint32Array.from({ length: count }, (_, i) => 2 * i),
    rejected: Uint32Array.from({ length: count }, (_, i) => 2 * i + 1),
  });

  test('says why: chance, even odds, or unlike what was judged', async () => {
    const head = await headOf(40, 1);
    const features = new Float32Array(6 * DIMENSION);
    features[0] = 3; // pair 0: the head is sure
    features[2 * DIMENSION + 1] = 2; // pair 1: a feature that decided nothing
    const ask = (controlShare: number, count: number) =>
      askNext(head, features, rows(3), { strategy: 'bald', count, controlShare }, 1);
    expect(ask(0, 1)).toMatchObject([{ row: 1, isControl: false }]);
    expect(['even', 'unfamiliar']).toContain(ask(0, 1)[0].reason);
    expect(ask(1, 3).map(({ reason }) => reason)).toEqual(['chance', 'chance', 'chance']);
    expect(
      askNext(
        { ...head, covariance: undefined },
        features,
        rows(3),
        { strategy: 'bald', count: 1, controlShare: 0 },
        1,
      ),
    ).toEqual([]);
  });
});
