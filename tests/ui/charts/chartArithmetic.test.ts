import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { labelPlaces } from '../../../src/ui/charts/labelPlaces.ts';
import { marginBins } from '../../../src/ui/charts/marginHistogram.ts';

describe('the margin histogram', () => {
  const margins = fc.array(fc.float({ min: -30, max: 30, noNaN: true }), { maxLength: 80 });

  test('counts every margin once and never mixes right with wrong', () =>
    fc.assert(
      fc.property(margins, (values) => {
        const list = Float32Array.from(values);
        const bins = marginBins(list);
        const sum = (wrong: boolean): number =>
          bins.filter((bin) => bin.to <= 0 === wrong).reduce((total, bin) => total + bin.count, 0);
        expect(sum(true)).toBe(list.filter((margin) => margin < 0).length);
        expect(sum(false)).toBe(list.filter((margin) => margin >= 0).length);
        expect(bins.length).toBeLessThan(60);
      }),
    ));

  test.each([[[]], [[0, 0, 0]], [[2]], [[-1e-30]]])('draws %j', (values) => {
    const bins = marginBins(Float32Array.from(values));
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length);
    expect(bins.some((bin) => bin.to === 0) && bins.some((bin) => bin.from === 0)).toBe(true);
  });
});

test.each([
  [
    [10, 50],
    [10, 50],
  ],
  [
    [20, 20],
    [12.5, 27.5],
  ],
  [
    [30, 20],
    [32.5, 17.5],
  ],
])('labels wanted at %j stand at %j', (wanted, places) => expect(labelPlaces(wanted, 15)).toEqual(places));
