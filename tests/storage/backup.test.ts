import 'fake-indexeddb/auto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { PreferenceEvent } from '../../src/core/preference.ts';
import { PalateError } from '../../src/core/palateError.ts';
import type { AppStorage } from '../../src/storage/appStorage.ts';
import { readBackup, restoreBackup, writeBackup } from '../../src/storage/backup.ts';
import { openIdbStorage } from '../../src/storage/idbStorage.ts';
import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import {
  everythingIn,
  sampleComparison,
  sampleHead,
  sampleImport,
  sampleJudgment,
  sampleProject,
} from '../helpers/storageSamples.ts';
import type { SentenceChoice } from '../../src/core/sentenceModel.ts';
import { tinyChoice } from '../helpers/tinyModels/tinyChoice.ts';
import { arbitraryProjects, fill } from '../helpers/arbitraryProjects.ts';

const CREATED_AT = 1_700_000_000_000;

/** Two projects with a record of every kind. */
async function sampleStorage(): Promise<AppStorage> {
  const storage = createMemoryStorage();
  const events: PreferenceEvent[] = [
    sampleJudgment('e1', 'c1'),
    { kind: 'undo', id: 'e2', at: 1, target: 'e1' },
    { kind: 'note', id: 'e3', at: 2, comparisonId: 'c1', text: 'half \ud800 of a pair' },
    { kind: 'delete', id: 'e4', at: 3, comparisonIds: ['c1'] },
    { kind: 'restore', id: 'e5', at: 4, comparisonIds: ['c1'] },
  ];
  await storage.add('p', {
    project: sampleProject('p', 1),
    comparisons: ['c2', 'c1'].map(sampleComparison),
    events,
    imports: [sampleImport('i')],
    heads: [
      sampleHead(
        'h',
        Float32Array.from({ length: 50 }, (_, index) => Math.fround(1 / index)),
      ),
    ],
  });
  await storage.add('q', { project: sampleProject('q', 2), comparisons: [sampleComparison('c1')] });
  return storage;
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

async function linesOf(file: Blob): Promise<string[]> {
  return gunzipSync(await bytesOf(file))
    .toString()
    .trimEnd()
    .split('\n');
}

/** The file of these lines, packed again. */
function fileOf(lines: readonly string[]): File {
  return new File([gzipSync(`${lines.join('\n')}\n`)], 'mine.palate.gz');
}

describe('A backup', () => {
  it('restores into an empty storage everything that was there, whatever it was', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryProjects, async (projects) => {
        const storage = createMemoryStorage();
        await fill(storage, projects);
        const restored = createMemoryStorage();
        await restoreBackup(restored, await writeBackup(storage, CREATED_AT));
        expect(await everythingIn(restored)).toEqual(await everythingIn(storage));
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  it('is written again to the same bytes by the storage it was restored into', async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    const restored = createMemoryStorage();
    await restoreBackup(restored, file);
    expect(await bytesOf(await writeBackup(restored, CREATED_AT))).toEqual(await bytesOf(file));
  });

  it('that unpacks beyond all measure is refused', async () => {
    const bomb = new File([gzipSync(new Uint8Array(40 * 1024 * 1024))], 'mine.palate.gz');
    await expect(restoreBackup(createMemoryStorage(), bomb)).rejects.toThrow(
      'mine.palate.gz, line 1: it unpacks to more than 100 times its size',
    );
  });

  it('goes from memory to IndexedDB and back', async () => {
    const storage = await sampleStorage();
    const database = await openIdbStorage({ name: 'backup' });
    await restoreBackup(database, await writeBackup(storage, CREATED_AT));
    expect(await everythingIn(database)).toEqual(await everythingIn(storage));
    const again = await linesOf(await writeBackup(database, CREATED_AT));
    expect(again).toEqual(await linesOf(await writeBackup(storage, CREATED_AT)));
    database.close();
  });

  it('is gzipped lines of JSON with a header, one record a line and a footer that counts', async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    expect(file.type).toBe('application/gzip');
    const lines = (await linesOf(file)).map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({ palateBackup: 1, createdAt: CREATED_AT, app: 'palate' });
    expect(lines[1]).toEqual({ kind: 'project', project: sampleProject('p', 1) });
    expect(lines.at(-1)).toEqual({
      kind: 'footer',
      counts: { project: 2, comparison: 3, event: 5, import: 1, head: 1 },
      checksum: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
    expect(lines).toHaveLength(1 + 12 + 1);
  });

  it('leaves cached measurements out', async () => {
    const storage = await sampleStorage();
    const before = await linesOf(await writeBackup(storage, CREATED_AT));
    await storage.putMeasurements('encoder', [{ textHash: 'a', measurement: Uint8Array.of(1) }]);
    expect(await linesOf(await writeBackup(storage, CREATED_AT))).toEqual(before);
  });

  it('of nothing restores nothing', async () => {
    const file = await writeBackup(createMemoryStorage(), CREATED_AT);
    expect(await restoreBackup(createMemoryStorage(), file)).toEqual({ projects: [] });
  });

  it('is read also where the browser has unpacked it', async () => {
    const storage = await sampleStorage();
    const unpacked = new Blob([gunzipSync(await bytesOf(await writeBackup(storage, CREATED_AT)))]);
    const restored = createMemoryStorage();
    await restoreBackup(restored, unpacked);
    expect(await everythingIn(restored)).toEqual(await everythingIn(storage));
  });

  it('can be read record by record without restoring', async () => {
    const kinds: string[] = [];
    for await (const record of readBackup(await writeBackup(await sampleStorage(), CREATED_AT))) {
      kinds.push(record.kind);
    }
    const first = ['project', 'comparison', 'comparison', ...Array(5).fill('event'), 'import', 'head'];
    expect(kinds).toEqual([...first, 'project', 'comparison']);
  });
});

describe('Restoring over what is there', () => {
  it('adds what is missing, leaves what is there, and counts both', async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    const storage = createMemoryStorage();
    const renamed = { ...sampleProject('p', 1), name: 'Renamed since' };
    await storage.add('p', {
      project: renamed,
      comparisons: [sampleComparison('c1'), sampleComparison('c3')],
      events: [sampleJudgment('e6', 'c3'), sampleJudgment('e1', 'c1')],
    });
    const { projects } = await restoreBackup(storage, file);
    expect(projects).toEqual([
      {
        id: 'p',
        name: 'Project p',
        isNew: false,
        added: { comparisons: 1, events: 4, imports: 1, heads: 1 },
        alreadyThere: { comparisons: 1, events: 1, imports: 0, heads: 0 },
      },
      {
        id: 'q',
        name: 'Project q',
        isNew: true,
        added: { comparisons: 1, events: 0, imports: 0, heads: 0 },
        alreadyThere: { comparisons: 0, events: 0, imports: 0, heads: 0 },
      },
    ]);
    expect((await storage.listProjects())[0]).toEqual(renamed);
    const { comparisons, events } = await storage.loadProject('p');
    expect(comparisons.map(({ id }) => id)).toEqual(['c1', 'c3', 'c2']);
    expect(events.map(({ id }) => id)).toEqual(['e6', 'e1', 'e2', 'e3', 'e4', 'e5']);
  });

  it('twice changes nothing the second time', async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    const storage = createMemoryStorage();
    await restoreBackup(storage, file);
    const once = await everythingIn(storage);
    const { projects } = await restoreBackup(storage, file);
    expect(await everythingIn(storage)).toEqual(once);
    for (const { isNew, added } of projects) {
      expect(isNew).toBe(false);
      expect(added).toEqual({ comparisons: 0, events: 0, imports: 0, heads: 0 });
    }
  });
});

describe('A damaged backup', () => {
  let lines: string[];
  let packed: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    packed = await bytesOf(file);
    lines = await linesOf(file);
  });

  /** Restores over a storage that holds something, and expects the refusal and no change. */
  async function expectRefused(
    file: Blob,
    message: unknown = expect.stringMatching(/line \d+: /),
  ): Promise<void> {
    const storage = createMemoryStorage();
    await storage.add('p', { project: sampleProject('p', 1), comparisons: [sampleComparison('own')] });
    const before = await everythingIn(storage);
    await expect(restoreBackup(storage, file)).rejects.toMatchObject({ code: 'bad-file', message });
    expect(await everythingIn(storage)).toEqual(before);
  }

  it('is refused wherever it is cut off, packed or not, and changes nothing', async () => {
    const unpacked = gunzipSync(packed);
    for (let end = 0; end < packed.length; end += 97)
      await expectRefused(new Blob([packed.subarray(0, end)]));
    for (let end = 0; end < unpacked.length - 1; end += 97) {
      await expectRefused(new Blob([unpacked.subarray(0, end)]));
    }
    await expectRefused(new Blob([packed.subarray(0, -1)]));
  });

  it('is refused wherever a bit is flipped, packed or not', async () => {
    for (const bytes of [packed, new Uint8Array(gunzipSync(packed))]) {
      // The header of gzip is left out: some of its bits (the time, the system) mean nothing.
      for (let at = 10; at < bytes.length; at += 89) {
        const altered = bytes.slice();
        altered[at] ^= 1;
        await expectRefused(new Blob([altered]));
      }
    }
  });

  it('is refused when any line is missing, doubled or moved', async () => {
    for (let at = 0; at < lines.length; at++) {
      await expectRefused(fileOf(lines.toSpliced(at, 1)));
      await expectRefused(fileOf(lines.toSpliced(at, 0, lines[at])));
      if (at > 1)
        await expectRefused(
          fileOf([...lines.slice(0, at - 1), lines[at], lines[at - 1], ...lines.slice(at + 1)]),
        );
    }
  });

  it.each<[reason: string, edit: (lines: string[]) => string[], message: RegExp]>([
    ['an empty file', () => [], /^mine\.palate\.gz, line 1: expected JSON/],
    ['another JSON file', () => ['{"prompt":"a"}'], /line 1: .*palateBackup/],
    ['text that is no JSON', (all) => all.with(3, 'chosen,rejected'), /line 4: expected JSON/],
    ['a wrong type', (all) => all.with(3, all[3].replace('"id":"c1"', '"id":1')), /line 4: comparison\.id: /],
    ['a missing field', (all) => all.with(3, all[3].replace('"id":"c1",', '')), /line 4: comparison\.id: /],
    [
      'an unknown field',
      (all) => all.with(3, all[3].replace('"id":', '"x":1,"id":')),
      /line 4: comparison\.x: /,
    ],
    ['an unknown kind', (all) => all.with(3, '{"kind":"vote"}'), /line 4: kind: /],
    [
      'a newer format',
      (all) => all.with(0, all[0].replace(':1,', ':2,')),
      /line 1: .*newer Palate \(version 2/,
    ],
    ['records of no project', (all) => all.toSpliced(1, 1), /line 2: it belongs to no project/],
    [
      'weights that do not fit',
      (all) => all.map((l) => l.replace('"dimension":50', '"dimension":51')),
      /line 11: .*do not fit/,
    ],
    ['something after the end', (all) => [...all, all[1]], /line 15: there is something after the last line/],
    [
      'an altered text',
      (all) => all.with(3, all[3].replace('What is', 'Who is')),
      /line 14: the content was altered/,
    ],
    ['a missing end', (all) => all.slice(0, -1), /line 14: the file ends before its last line/],
    [
      'deep nesting',
      (all) =>
        all.map((l) =>
          l.replace('"encoderState":{', `"encoderState":{"deep":${'['.repeat(200)}${']'.repeat(200)},`),
        ),
      /line 11: head\.encoderState: nested too deep/,
    ],
  ])('is refused for %s, with file, line and reason', async (_reason, edit, message) => {
    await expectRefused(fileOf(edit(lines)), expect.stringMatching(message));
  });

  it('is refused for nesting without end', async () => {
    const endless = '['.repeat(1e5) + ']'.repeat(1e5);
    await expectRefused(fileOf(lines.with(3, `{"kind":${endless}}`)));
    await expectRefused(
      fileOf(lines.map((line) => line.replace('"encoderState":{', `"encoderState":{"deep":${endless},`))),
    );
  });

  it('is refused for bytes that are no UTF-8', async () => {
    const unpacked = new Uint8Array(gunzipSync(packed));
    unpacked[unpacked.indexOf(10) + 30] = 0xff;
    await expectRefused(new Blob([unpacked]), expect.stringMatching(/line 2: expected JSON/));
  });
});

describe('A project that reads by a sentence model', () => {
  const project = sampleProject('p', 1);
  const settings = { ...project.settings, encoderId: 'tiny', sentence: tinyChoice };

  async function linesWith(sentence: unknown): Promise<string[]> {
    const storage = createMemoryStorage();
    await storage.putProject({ ...project, settings: { ...settings, sentence: sentence as SentenceChoice } });
    return linesOf(await writeBackup(storage, CREATED_AT));
  }

  it('comes back with its choice', async () => {
    const restored = createMemoryStorage();
    await restoreBackup(restored, fileOf(await linesWith({ ...tinyChoice, beside: 'builtin-1' })));
    const [back] = await restored.listProjects();
    expect(back.settings.sentence).toEqual({ ...tinyChoice, beside: 'builtin-1' });
  });

  it.each<[string, unknown, RegExp]>([
    ['a field too few', { ...tinyChoice, longTexts: undefined }, /`sentence\.longTexts`/],
    [
      'a field that nobody knows',
      { ...tinyChoice, more: 1 },
      /`sentence\.more` is a field that nobody knows/,
    ],
    [
      'weights that are none',
      { ...tinyChoice, model: { ...tinyChoice.model, weights: 'q2' } },
      /`sentence\.model\.weights` is none of/,
    ],
  ])('is refused with %s, with line and reason', async (_, sentence, reason) => {
    const restoring = restoreBackup(createMemoryStorage(), fileOf(await linesWith(sentence)));
    await expect(restoring).rejects.toThrow(/line 2: .*settings\.sentence/);
    await expect(restoring).rejects.toThrow(reason);
  });
});

describe('A storage that fails while a backup is written', () => {
  it('lets the backup fail with its own error', async () => {
    const storage = await sampleStorage();
    storage.listHeads = () => Promise.reject(new PalateError('storage-failed', 'the disk is gone'));
    await expect(writeBackup(storage, CREATED_AT)).rejects.toMatchObject({ code: 'storage-failed' });
  });
});

describe('A storage that fails in the middle of restoring', () => {
  it('keeps the projects before, nothing of the one that failed, and takes the rest the next time', async () => {
    const file = await writeBackup(await sampleStorage(), CREATED_AT);
    const storage = createMemoryStorage();
    const add = storage.add.bind(storage);
    storage.add = async (projectId, addition) => {
      if (projectId === 'q') throw new Error('the disk is full');
      return add(projectId, addition);
    };
    await expect(restoreBackup(storage, file)).rejects.toThrow('the disk is full');
    expect((await storage.listProjects()).map(({ id }) => id)).toEqual(['p']);
    storage.add = add;
    const { projects } = await restoreBackup(storage, file);
    expect(projects.map(({ id, isNew }) => [id, isNew])).toEqual([
      ['p', false],
      ['q', true],
    ]);
    expect(await everythingIn(storage)).toEqual(await everythingIn(await sampleStorage()));
  });
});
