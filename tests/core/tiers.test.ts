import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tiersOf, verdictOfTiers } from '../../src/core/tiers.ts';

test('the verdicts of tiers give the same order back, without gaps', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }), (tiers) => {
      const back = tiersOf(tiers.length, (one, other) => verdictOfTiers(tiers[one], tiers[other]) === 'a');
      expect(Math.min(...back)).toBe(1);
      expect(new Set(back).size).toBe(Math.max(...back));
      for (let one = 0; one < tiers.length; one++) {
        for (let other = 0; other < tiers.length; other++) {
          expect(verdictOfTiers(back[one], back[other])).toBe(verdictOfTiers(tiers[one], tiers[other]));
        }
      }
    }),
  );
});
