import { describe, expect, test } from 'vitest';
import { DEFAULT_ENCODER_ID } from '../../src/encoder/catalogue.ts';
import { settingsIn } from '../../src/state/settingsStore.ts';
import { DevicePreferences } from '../../src/state/preferences.svelte.ts';
import { hashOf, Router } from '../../src/state/router.svelte.ts';
import { addressBar, mapStore, openApp, tickingEnvironment } from './openApp.ts';

describe('projects', () => {
  test('a first visit gets one, with the encoder that comes with the app', async () => {
    const { app } = await openApp();
    expect(app.projects).toHaveLength(1);
    expect(app.open.project.project).toMatchObject({
      name: 'My taste',
      settings: { encoderId: DEFAULT_ENCODER_ID, headKind: 'linear', backend: 'auto' },
    });
  });

  test('are made, renamed and switched, and the one open last opens again', async () => {
    const { app, dependencies } = await openApp();
    await app.open.compare.judge('first');
    const mine = app.open.project.project.id;
    await app.createProject('Other');
    expect(app.open.compare.judged).toBe(0);
    await app.renameProject('Another');
    expect(app.projects.map(({ name }) => name)).toEqual(['My taste', 'Another']);
    await app.switchProject(mine);
    expect(app.open.compare.judged).toBe(1);
    const again = await openApp({ ...dependencies });
    expect(again.app.open.project.project.id).toBe(mine);
  });

  test('deleting the last one leaves a new, empty one', async () => {
    const { app } = await openApp();
    await app.open.compare.judge('first');
    await app.deleteProject();
    expect(app.projects.map(({ name }) => name)).toEqual(['My taste']);
    expect(app.open.compare.judged).toBe(0);
  });
});

describe('backups', () => {
  async function judgedBackup() {
    const { app } = await openApp({ environment: tickingEnvironment(500) });
    for (let index = 0; index < 3; index++) await app.open.compare.judge('first');
    const file = await app.backup.write();
    return file!;
  }

  test('a dropped backup is told from a preference file and replaces the unused project of a first visit', async () => {
    const { app } = await openApp();
    await app.receive([await judgedBackup()]);
    expect(app.backup.status).toMatchObject({ kind: 'restored' });
    expect(app.projects).toHaveLength(1);
    expect(app.open.compare.judged).toBe(3);
  });

  test('a project that was used stays beside what comes in', async () => {
    const { app } = await openApp();
    await app.open.compare.judge('tie');
    await app.receive([await judgedBackup()]);
    expect(app.projects).toHaveLength(2);
    expect(app.open.compare.judged).toBe(1);
  });

  test('a damaged backup changes nothing and is named', async () => {
    const { app } = await openApp();
    const { content } = await judgedBackup();
    await app.receive([
      { name: 'cut.gz', content: new File([content.slice(0, content.size - 40)], 'cut.gz') },
    ]);
    expect(app.backup.status).toMatchObject({ kind: 'failed', message: expect.stringContaining('cut.gz') });
    expect(app.projects).toHaveLength(1);
    expect(app.open.project.comparisons).toHaveLength(0);
  });

  test('an unpacked preference file goes to the importer', async () => {
    const { app } = await openApp();
    const content = new Blob(['{"prompt": "Why?", "chosen": "So.", "rejected": "No."}']);
    await app.receive([{ name: 'one.jsonl', content }]);
    expect(app.open.importing.status.kind).toBe('preview');
  });
});

describe('the address', () => {
  test('names screen and subject, whatever characters the subject has', () => {
    const router = new Router(addressBar(hashOf('compare', 'a/b #1')));
    expect([router.screen, router.subject]).toEqual(['compare', 'a/b #1']);
  });

  test('follows the back button, and unknown addresses lead to Compare', () => {
    const bar = addressBar('#/model');
    const router = new Router(bar);
    expect(router.screen).toBe('model');
    router.go('data');
    expect(bar.location.hash).toBe('#/data');
    bar.location.hash = '#/nowhere';
    expect(router.screen).toBe('compare');
    bar.location.hash = '#/compare/%E0%A4%A';
    expect(router.subject).toBe('%E0%A4%A');
  });
});

describe('the preferences of a device', () => {
  test('step through the themes and are there the next time', () => {
    const store = mapStore();
    const applied: string[] = [];
    const device = new DevicePreferences(store, (theme) => applied.push(theme));
    device.nextTheme();
    device.nextTheme();
    device.setSingleKeys(false);
    const again = new DevicePreferences(store, (theme) => applied.push(theme));
    expect(applied).toEqual(['system', 'light', 'dark', 'dark']);
    expect(again.hasSingleKeys).toBe(false);
  });

  test('hold until the page closes where the browser refuses to keep them', () => {
    const refuse = (): never => {
      throw new Error('refused');
    };
    const device = new DevicePreferences(
      settingsIn(() => ({ getItem: refuse, setItem: refuse })),
      () => undefined,
    );
    device.nextTheme();
    expect(device.theme).toBe('light');
  });
});
