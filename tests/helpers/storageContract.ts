/** What every `AppStorage` promises, as one suite for all of them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/core/preference.ts';
import type { AppStorage, StoredHead } from '../../src/storage/appStorage.ts';
import {
  everythingIn,
  sampleComparison,
  sampleHead,
  sampleImport,
  sampleJudgment,
  sampleProject,
} from './storageSamples.ts';

/** @param openEmpty opens a storage that holds nothing */
export function describeStorageContract(name: string, openEmpty: () => Promise<AppStorage>): void {
  describe(`${name} keeps the contract of the storage`, () => {
    let storage: AppStorage;
    beforeEach(async () => {
      storage = await openEmpty();
      return () => storage.close();
    });
    describeProjects(() => storage);
    describeAdditions(() => storage);
    describeAtomicity(() => storage);
    describeHeads(() => storage);
    describeEncoderStates(() => storage);
    describeMeasurements(() => storage);
    describeEnds(() => storage);
  });
}

/** Every storage clones what it keeps, and functions cannot be cloned. */
function uncloneable(id: string): Comparison {
  return { ...sampleComparison(id), notData: () => 1 } as Comparison;
}

function describeProjects(current: () => AppStorage): void {
  it('lists projects oldest first, equals by id', async () => {
    for (const [id, createdAt] of [
      ['late', 30],
      ['y', 10],
      ['middle', 20],
      ['x', 10],
    ] as const) {
      await current().putProject(sampleProject(id, createdAt));
    }
    expect((await current().listProjects()).map(({ id }) => id)).toEqual(['x', 'y', 'middle', 'late']);
  });

  it('replaces name and settings of a project and leaves what is in it', async () => {
    await current().putProject(sampleProject('p'));
    await current().add('p', { comparisons: [sampleComparison('c')] });
    const renamed = { ...sampleProject('p'), name: 'Poems' };
    await current().putProject(renamed);
    expect(await current().listProjects()).toEqual([renamed]);
    expect((await current().loadProject('p')).comparisons).toEqual([sampleComparison('c')]);
  });

  it('deletes a project with everything in it and leaves the others whole', async () => {
    for (const id of ['kept', 'gone']) {
      await current().putProject(sampleProject(id));
    }
    // Records of both projects lie between each other, and carry the same ids.
    for (const number of ['1', '2', '3']) {
      for (const id of ['kept', 'gone']) {
        await current().add(id, {
          comparisons: [sampleComparison(`c${number}`)],
          events: [sampleJudgment(`e${number}`, `c${number}`)],
          imports: [sampleImport(`i${number}`)],
          heads: [sampleHead(`h${number}`, Float32Array.of(1))],
        });
      }
    }
    const kept = await everythingIn(current()).then((all) => (all as unknown[]).at(1));
    await current().deleteProject('gone');
    expect(await everythingIn(current())).toEqual([kept]);
    expect(await current().loadProject('gone')).toEqual({ comparisons: [], events: [], imports: [] });
    expect(await current().listHeads('gone')).toEqual([]);
  });

  it('takes the deletion of a project that is not there as done', async () => {
    await expect(current().deleteProject('nowhere')).resolves.toBeUndefined();
  });

  it('hands out copies: changing what came back or went in changes nothing stored', async () => {
    const project = sampleProject('p') as { name: string } & ReturnType<typeof sampleProject>;
    await current().putProject(project);
    project.name = 'changed after storing';
    const [copy] = (await current().listProjects()) as { name: string }[];
    copy.name = 'changed after reading';
    expect((await current().listProjects())[0].name).toBe('Project p');
  });
}

function describeAdditions(current: () => AppStorage): void {
  it('gives comparisons, events and imports back as they were, in the order of adding', async () => {
    await current().putProject(sampleProject('p'));
    const comparisons = ['z', 'a', 'm'].map(sampleComparison);
    const events = [
      sampleJudgment('e9', 'z'),
      { kind: 'note', id: 'e1', at: 5, comparisonId: 'z', text: 'ende\u0301 \ud800' },
      { kind: 'undo', id: 'e5', at: 1, target: 'e9' },
      { kind: 'delete', id: 'e0', at: 0, comparisonIds: ['z', 'a'] },
    ] as const;
    const imports = ['i2', 'i1'].map(sampleImport);
    await current().add('p', { comparisons: comparisons.slice(0, 2), events: events.slice(0, 1) });
    await current().add('p', { comparisons: comparisons.slice(2), events: events.slice(1), imports });
    expect(await current().loadProject('p')).toEqual({ comparisons, events, imports });
  });

  it('stores calls that nobody awaited in between in the order they were made', async () => {
    await current().putProject(sampleProject('p'));
    const ids = Array.from({ length: 20 }, (_, index) => `e${19 - index}`);
    const added = ids.map((id) => current().add('p', { events: [sampleJudgment(id, 'c')] }));
    const seen = current().loadProject('p');
    await Promise.all(added);
    expect((await seen).events.map(({ id }) => id)).toEqual(ids);
  });

  it('leaves records that are stored already as they are, and counts only the new ones', async () => {
    await current().putProject(sampleProject('p'));
    const first = await current().add('p', {
      comparisons: [sampleComparison('c1')],
      events: [sampleJudgment('e1', 'c1')],
      imports: [sampleImport('i1')],
      heads: [sampleHead('h1', Float32Array.of(1))],
    });
    expect(first).toEqual({ comparisons: 1, events: 1, imports: 1, heads: 1 });
    const second = await current().add('p', {
      comparisons: [
        { ...sampleComparison('c1'), prompt: [] },
        sampleComparison('c2'),
        sampleComparison('c2'),
      ],
      events: [{ ...sampleJudgment('e1', 'c1'), verdict: 'b' }, sampleJudgment('e2', 'c2')],
      imports: [{ ...sampleImport('i1'), rows: 99 }],
      heads: [sampleHead('h1', Float32Array.of(2))],
    });
    expect(second).toEqual({ comparisons: 1, events: 1, imports: 0, heads: 0 });
    expect(await current().loadProject('p')).toEqual({
      comparisons: ['c1', 'c2'].map(sampleComparison),
      events: [sampleJudgment('e1', 'c1'), sampleJudgment('e2', 'c2')],
      imports: [sampleImport('i1')],
    });
    expect(await current().listHeads('p')).toEqual([sampleHead('h1', Float32Array.of(1))]);
  });

  it('lets two projects use the same record ids', async () => {
    for (const id of ['p', 'q']) {
      await current().putProject(sampleProject(id));
      expect(await current().add(id, { events: [sampleJudgment('e', id)] })).toMatchObject({ events: 1 });
    }
    expect((await current().loadProject('q')).events).toEqual([sampleJudgment('e', 'q')]);
  });

  it('creates the project in the same act where it is not there, and leaves it where it is', async () => {
    await current().add('p', { project: sampleProject('p'), comparisons: [sampleComparison('c')] });
    await current().add('p', { project: { ...sampleProject('p'), name: 'another name' } });
    expect(await current().listProjects()).toEqual([sampleProject('p')]);
    expect((await current().loadProject('p')).comparisons).toHaveLength(1);
  });

  it('finds nothing in a project that is not there', async () => {
    expect(await current().loadProject('nowhere')).toEqual({ comparisons: [], events: [], imports: [] });
    expect(await current().listHeads('nowhere')).toEqual([]);
  });
}

function describeAtomicity(current: () => AppStorage): void {
  it('stores nothing of an addition of which one record cannot be stored, wherever that record stands', async () => {
    await current().add('p', { project: sampleProject('p'), comparisons: [sampleComparison('before')] });
    const before = await everythingIn(current());
    for (let position = 0; position < 3; position++) {
      const comparisons = ['c0', 'c1', 'c2'].map(sampleComparison);
      comparisons[position] = uncloneable(`c${position}`);
      const addition = { comparisons, events: [sampleJudgment('e', 'c0')] };
      await expect(current().add('p', addition)).rejects.toMatchObject({ code: 'storage-failed' });
      expect(await everythingIn(current())).toEqual(before);
    }
  });

  it('creates no project for an addition that failed', async () => {
    const addition = { project: sampleProject('p'), comparisons: [uncloneable('c')] };
    await expect(current().add('p', addition)).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await current().listProjects()).toEqual([]);
  });

  it('refuses additions and heads for a project that is not there, and names it', async () => {
    await current().putProject(sampleProject('p'));
    const refusal = { code: 'storage-failed', message: expect.stringContaining('"nowhere"') };
    const events = [sampleJudgment('e', 'c')];
    await expect(current().add('nowhere', { events })).rejects.toMatchObject(refusal);
    await expect(current().add('nowhere', { project: sampleProject('p'), events })).rejects.toMatchObject(
      refusal,
    );
    await expect(current().putHead('nowhere', sampleHead('h', Float32Array.of(1)))).rejects.toMatchObject(
      refusal,
    );
    await current().putProject(sampleProject('nowhere'));
    expect((await current().loadProject('nowhere')).events).toEqual([]);
    expect(await current().listHeads('nowhere')).toEqual([]);
  });

  it('goes on working after a call that failed', async () => {
    await current().putProject(sampleProject('p'));
    const failing = current().add('p', { comparisons: [uncloneable('c')] });
    const following = current().add('p', { comparisons: [sampleComparison('c')] });
    await expect(failing).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await following).toMatchObject({ comparisons: 1 });
  });
}

function describeHeads(current: () => AppStorage): void {
  it('gives heads back newest first, bit for bit, large weights included', async () => {
    await current().putProject(sampleProject('p'));
    const weights = Float32Array.from({ length: 16_385 }, (_, index) => Math.fround(Math.sin(index)));
    weights.set([NaN, -0, Infinity, 2 ** -149]);
    await current().putHead('p', sampleHead('old', Float32Array.of(1), 1));
    await current().putHead('p', sampleHead('newest', weights, 3));
    await current().putHead('p', sampleHead('new', Float32Array.of(2), 2));
    const heads = await current().listHeads('p');
    expect(heads.map(({ head }) => head.id)).toEqual(['newest', 'new', 'old']);
    expect(heads[0]).toEqual(sampleHead('newest', weights, 3));
    const { parameters } = heads[0].head;
    expect(parameters.kind === 'linear' && parameters.weights).toBeInstanceOf(Float32Array);
  });

  it('replaces a head with the same id', async () => {
    await current().putProject(sampleProject('p'));
    await current().putHead('p', sampleHead('h', Float32Array.of(1)));
    await current().putHead('p', sampleHead('h', Float32Array.of(2, 3)));
    expect(await current().listHeads('p')).toEqual([sampleHead('h', Float32Array.of(2, 3))]);
  });
}

/** A head that names a state of its encoder. */
function headNaming(stateId: string, state: unknown, id = 'h'): StoredHead {
  return sampleHead(id, Float32Array.of(1), 1, { id: stateId, json: state });
}

function describeEncoderStates(current: () => AppStorage): void {
  /** Cannot be read, let alone copied. */
  const untouchable = {
    get numbers(): never {
      throw new Error('The state was read.');
    },
  };
  const statesIn = async (projectId: string): Promise<unknown[]> =>
    (await current().listHeads(projectId)).map(({ encoderState }) => encoderState);

  it('does not so much as read the state of a head while the state is there', async () => {
    await current().putProject(sampleProject('p'));
    await current().putHead('p', headNaming('s', { fit: 1 }));
    await current().putHead('p', headNaming('s', untouchable));
    await current().putHead('p', headNaming('s', untouchable, 'another'));
    expect(await statesIn('p')).toEqual([{ fit: 1 }, { fit: 1 }]);
  });

  it('keeps a state as long as a head names it, and no longer', async () => {
    await current().putProject(sampleProject('p'));
    await current().putHead('p', headNaming('s', { fit: 1 }, 'asked'));
    await current().putHead('p', headNaming('s', { fit: 1 }, 'following'));
    await current().putHead('p', headNaming('t', { fit: 2 }, 'following'));
    expect(await statesIn('p')).toEqual([{ fit: 1 }, { fit: 2 }]);
    await current().putHead('p', headNaming('t', { fit: 2 }, 'asked'));
    // Were the first state still there, it would stand in for this one.
    await current().putHead('p', headNaming('s', { fit: 3 }, 'following'));
    expect(await statesIn('p')).toEqual([{ fit: 2 }, { fit: 3 }]);
  });

  it('takes the states of added heads, and not that of a head that was there already', async () => {
    await current().add('p', {
      project: sampleProject('p'),
      heads: [headNaming('s', { fit: 1 }, 'one'), headNaming('t', { fit: 2 }, 'two')],
    });
    await current().add('p', { heads: [headNaming('u', { fit: 3 }, 'one')] });
    expect(await statesIn('p')).toEqual([{ fit: 1 }, { fit: 2 }]);
    await current().putHead('p', headNaming('u', { fit: 4 }, 'three'));
    expect(await statesIn('p')).toEqual([{ fit: 1 }, { fit: 4 }, { fit: 2 }]);
  });

  it('deletes the states of a project with it, and leaves those of the others', async () => {
    for (const id of ['kept', 'gone']) {
      await current().putProject(sampleProject(id));
      await current().putHead(id, headNaming('s', { of: id }));
    }
    await current().deleteProject('gone');
    await current().putProject(sampleProject('gone'));
    await current().putHead('gone', headNaming('s', { of: 'its successor' }));
    expect(await statesIn('gone')).toEqual([{ of: 'its successor' }]);
    expect(await statesIn('kept')).toEqual([{ of: 'kept' }]);
  });

  it('leaves head and state as they were where the new state cannot be stored', async () => {
    await current().putProject(sampleProject('p'));
    await current().putHead('p', headNaming('s', { fit: 1 }));
    const unstorable = headNaming('t', { notData: () => 1 });
    await expect(current().putHead('p', unstorable)).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await current().listHeads('p')).toEqual([headNaming('s', { fit: 1 })]);
  });
}

function describeMeasurements(current: () => AppStorage): void {
  it('gives measurements back in the order asked, and undefined for those it lacks', async () => {
    await current().putMeasurements('encoder', [
      { textHash: 'b', measurement: Uint8Array.of(2, 2) },
      { textHash: 'a', measurement: Uint8Array.of(1) },
    ]);
    await current().putMeasurements('another', [{ textHash: 'c', measurement: Uint8Array.of(3) }]);
    expect(await current().getMeasurements('encoder', ['a', 'c', 'b', 'a'])).toEqual([
      Uint8Array.of(1),
      undefined,
      Uint8Array.of(2, 2),
      Uint8Array.of(1),
    ]);
    expect(await current().getMeasurements('nowhere', ['a'])).toEqual([undefined]);
    expect(await current().getMeasurements('encoder', [])).toEqual([]);
  });

  it('keeps of a view into a large buffer only the view, and replaces what it had', async () => {
    const buffer = new Uint8Array(10_000).fill(9);
    await current().putMeasurements('encoder', [{ textHash: 'a', measurement: Uint8Array.of(1) }]);
    await current().putMeasurements('encoder', [{ textHash: 'a', measurement: buffer.subarray(5, 8) }]);
    const [measurement] = await current().getMeasurements('encoder', ['a']);
    expect(measurement).toEqual(Uint8Array.of(9, 9, 9));
    expect(measurement?.buffer.byteLength).toBe(3);
  });
}

function describeEnds(current: () => AppStorage): void {
  it('clears every project and every cache', async () => {
    await current().add('p', { project: sampleProject('p'), comparisons: [sampleComparison('c')] });
    await current().putMeasurements('encoder', [{ textHash: 'a', measurement: Uint8Array.of(1) }]);
    await current().clear();
    expect(await current().listProjects()).toEqual([]);
    expect(await current().getMeasurements('encoder', ['a'])).toEqual([undefined]);
    await current().putProject(sampleProject('p'));
    expect((await current().loadProject('p')).comparisons).toEqual([]);
  });

  it('finishes the calls made before closing and refuses those made after', async () => {
    const before = current().putProject(sampleProject('p'));
    current().close();
    await expect(before).resolves.toBeUndefined();
    await expect(current().listProjects()).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(current().putProject(sampleProject('q'))).rejects.toMatchObject({ code: 'storage-failed' });
  });
}
