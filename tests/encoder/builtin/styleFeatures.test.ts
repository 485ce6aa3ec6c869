import { describe, expect, it } from 'vitest';
import { countBuckets } from '../../../src/encoder/builtin/measurement.ts';
import { promptContext } from '../../../src/encoder/builtin/promptContext.ts';
import { measureStyle, STYLE_COLUMNS } from '../../../src/encoder/builtin/styleFeatures.ts';
import { viewText } from '../../../src/encoder/builtin/textView.ts';
import golden from '../../fixtures/encoder/styleGolden.json' with { type: 'json' };

/** The golden file says how its numbers were made: by an independent implementation of the same formulas. */
describe('style features', () => {
  it('stand in the order of the golden file', () => {
    expect(STYLE_COLUMNS.map((column) => column.name)).toEqual(golden.columns);
  });

  it.each(golden.cases)(
    'agree with the independent implementation on "$response"',
    ({ prompt, response, style }) => {
      const measured = measureStyle(viewText(response), promptContext(prompt));
      const off = STYLE_COLUMNS.map(
        (column, i) => `${column.name}: ${measured[i]} instead of ${style[i]}`,
      ).filter((_, i) => !(Math.abs(measured[i] - style[i]) <= 1e-5));
      expect(off).toEqual([]);
    },
  );

  it.each(golden.cases.filter((golden) => golden.bucketCounts))(
    'hash "$response" into the same buckets as the independent implementation',
    ({ response, bucketCounts }) => {
      const { buckets, counts } = countBuckets(viewText(response).words);
      const measured = Array.from(buckets, (bucket, i) => [bucket, counts[i]]);
      expect(measured.sort((x, y) => x[0] - y[0])).toEqual(bucketCounts);
    },
  );

  it('do not know words for groups of people as a class', () => {
    const difference = styleOf('A woman spoke.').map((value, i) => value - styleOf('A person spoke.')[i]);
    const moved = STYLE_COLUMNS.filter((_, i) => Math.abs(difference[i]) > 1e-6).map(
      (column) => column.group,
    );
    expect(moved).not.toContain('word classes');
    expect(moved).not.toContain('sensitive topics');
  });

  it('show words about sensitive topics in a group of their own', () => {
    const insult = STYLE_COLUMNS.findIndex((column) => column.name === 'insults and swearing');
    expect(STYLE_COLUMNS[insult].group).toBe('sensitive topics');
    expect(styleOf('You idiot!')[insult]).toBeGreaterThan(styleOf('You genius!')[insult]);
  });

  it('are the same for composed and decomposed accents, and for any line ends', () => {
    expect(styleOf('cafe\u0301\r\nnai\u0308ve')).toEqual(styleOf('caf\u00e9\nna\u00efve'));
  });

  it('take the last turn of a transcript as the request', () => {
    const response = 'Bake the bread for forty minutes.';
    const transcript =
      '\n\nHuman: Tell me about rivers.\n\nAssistant: They flow.\n\nHuman: How to bake bread?';
    const covered = STYLE_COLUMNS.findIndex((column) => column.name === 'request covered');
    expect(styleOf(response, transcript)[covered]).toBe(styleOf(response, 'How to bake bread?')[covered]);
    expect(styleOf(response, 'Tell me about rivers.')[covered]).toBe(0);
  });

  it('count set phrases at word boundaries only', () => {
    const asksBack = STYLE_COLUMNS.findIndex((column) => column.name === 'asks back');
    expect(styleOf('Are you sure?')[asksBack]).toBeCloseTo(Math.log(2), 6);
    expect(styleOf('Are young?')[asksBack]).toBe(0);
    expect(styleOf('Fare you well')[asksBack]).toBe(0);
  });
});

function styleOf(response: string, prompt = 'Say something.'): number[] {
  return Array.from(measureStyle(viewText(response), promptContext(prompt)));
}
