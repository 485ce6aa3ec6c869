import { describe, expect, test } from 'vitest';
import { ImporterService } from '../../workers/importerService.ts';
import type { ImportProgress } from '../../workers/importerApi.ts';

/** A file of so many rows, about 700 bytes each. */
function file(rows: number): Blob {
  const row = (n: number): string =>
    JSON.stringify({
      prompt: `p${n}`,
      chosen: `${n} ${'good '.repeat(60)}`,
      rejected: `${n} ${'poor '.repeat(60)}`,
    });
  return new Blob([Array.from({ length: rows }, (_, n) => row(n)).join('\n')]);
}

describe('the importer service', () => {
  test('hands over comparisons in batches of at most 500, in the order of the file', async () => {
    const sizes: number[] = [];
    const lines: number[] = [];
    const report = await new ImporterService().readPreferences(
      file(1234),
      'a.jsonl',
      [],
      (batch) => {
        sizes.push(batch.length);
        lines.push(...batch.map(({ line }) => line));
      },
      () => {},
    );
    expect(sizes).toEqual([500, 500, 234]);
    expect(lines).toEqual(Array.from({ length: 1234 }, (_, n) => n + 1));
    expect(report).toMatchObject({ file: 'a.jsonl', rows: 1234, imported: 1234 });
  });

  test('tells progress with the formats of the first rows', async () => {
    const steps: ImportProgress[] = [];
    await new ImporterService().readPreferences(
      file(10_000),
      'a.jsonl',
      [],
      () => {},
      (step) => steps.push(step),
    );
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.every(({ bytes, totalBytes }) => bytes > 0 && bytes <= totalBytes)).toBe(true);
    expect(steps[0].detected).toMatchObject([{ id: 'trl-explicit-standard', rows: 50 }]);
  });

  test('stops within 200 ms of a cancel and hands over nothing after it', async () => {
    const service = new ImporterService();
    let cancelledAt = 0;
    let batches = 0;
    let late = 0;
    const cancel = (): void => {
      cancelledAt = performance.now();
      void service.cancel();
    };
    const onBatch = (): void => {
      if (cancelledAt > 0) late++;
      else if (batches++ === 0) setTimeout(cancel);
    };
    const reading = service.readPreferences(file(25_000), 'a.jsonl', [], onBatch, () => {});
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - cancelledAt).toBeLessThan(200);
    expect(late).toBe(0);
    const next = await service.readPreferences(
      file(3),
      'a.jsonl',
      [],
      () => {},
      () => {},
    );
    expect(next.imported).toBe(3);
  });

  test('reads candidates', async () => {
    const report = await new ImporterService().readCandidates(
      new Blob(['{"prompt":"p","responses":["a","b"]}']),
      'a.jsonl',
      () => {},
    );
    expect(report).toMatchObject({ rows: 1, sets: [{ prompt: 'p' }] });
  });
});
