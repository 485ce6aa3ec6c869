/**
 * A browser without room, at one act of a session after the other. What is then judged is not called saved, the page says
 * why, a backup file holds it all the same, and with the next act after there is room again it is stored.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { chromium, type CDPSession, type Page } from 'playwright';
import { notTested, type FaultContext, type FaultRow } from '../group.ts';
import { countOn, countStored, judgedOn, storedRecords } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { openPairsIn, preferenceFile } from '../openPairs.ts';
import { NAMES_FUNCTIONS } from '../profile.ts';
import { chromiumLaunchOptions } from '../../runner/chromium.ts';

const ACTING = 'no room at an act';
const IMPORTING = 'no room for an import';
/** Acts that meet a full browser. */
const ACTS = { small: 4, push: 8, nightly: 300 } as const;
/** A backup file is saved without room at every so many of them. */
const BACKUP_STEP = { small: 3, push: 4, nightly: 1 } as const;
/** Each is one event whatever came before: verdicts of every kind, and the latest taken back. */
const KEYS = ['1', '2', '3', '4', 'Shift+1', 'Backspace', '2', '1', 'Control+z', '4'];
/** Between two refusals there is room for some acts. */
const PAIRS_PER_REFUSAL = 16;
const IMPORTED = 400;
/** So long Chromium goes by the room that it found; only a write that is larger makes it look again. */
const ROOM_IS_REMEMBERED_MS = 31_000;

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const obstacle = findObstacle();
  if (obstacle) return [ACTING, IMPORTING].map((fault) => notTested(fault, obstacle));
  const address = await context.address();
  // Chromium lets a test limit the room of a context of its own, but not that of a profile on disk.
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const tabs = await browser.newContext({ reducedMotion: 'reduce' });
    await tabs.addInitScript(NAMES_FUNCTIONS);
    const page = await tabs.newPage();
    await page.goto(address);
    await openPairsIn(page, PAIRS_PER_REFUSAL * ACTS[context.size] + 20);
    await judgedOn(page, 0);
    const room = await Room.of(page);
    return [await acting(page, room, context), await importing(page, room, address)];
  } finally {
    await browser.close();
  }
}

async function acting(page: Page, room: Room, context: FaultContext): Promise<FaultRow> {
  const counts = { refused: 0, falselySaved: 0, reasons: 0, backups: 0, badBackups: 0, late: 0, ignored: 0 };
  const storedEvents = () => countStored(page);
  let given = 0;
  await room.limit(0);
  await new Promise((resolve) => setTimeout(resolve, ROOM_IS_REMEMBERED_MS));
  // A page that calls everything saved is not refused anything, and one that has no pairs left is not judged on.
  for (; counts.refused < ACTS[context.size] && counts.falselySaved + counts.ignored === 0; given++) {
    const before = await countOn(page);
    const isSaved = await act(page, KEYS[given % KEYS.length]);
    if ((await countOn(page)) === before) {
      counts.ignored++;
      break;
    }
    if (isSaved) {
      if ((await storedEvents()) <= given) counts.falselySaved++;
      continue;
    }
    counts.refused++;
    if (
      await page
        .getByText(/no room left/)
        .first()
        .isVisible()
    )
      counts.reasons++;
    if (counts.refused % BACKUP_STEP[context.size] === 0) {
      counts.backups++;
      if ((await eventsInBackup(page)) !== given + 1) counts.badBackups++;
    }
    // Enough for one act or for some: the next refusal comes at another place of a write.
    await room.limit(5_000 + context.random.integer(5_000));
    given++;
    if (!(await act(page, '3')) || (await storedEvents()) !== given + 1) counts.late++;
  }
  const shown = await countOn(page);
  await page.reload();
  const lost = Math.max(0, shown - (await judgedOn(page, shown)));
  const { refused, falselySaved, reasons, backups, badBackups, late, ignored } = counts;
  const detail =
    `${falselySaved} falsely called saved, the reason given ${reasons} times, ` +
    `${backups - badBackups} of ${backups} backup files whole, ${refused - late} stored once there was room, ${ignored} keys ignored`;
  const isGood = falselySaved + badBackups + late + ignored === 0 && reasons === refused;
  return { fault: ACTING, injected: refused, survived: isGood ? refused : 0, lost, detail };
}

async function importing(page: Page, room: Room, address: string): Promise<FaultRow> {
  await page.goto(`${address}#/data`);
  const importedOn = async (answer: RegExp): Promise<number | undefined> => {
    await page.locator('input[type=file]').first().setInputFiles(preferenceFile('pairs', IMPORTED));
    await page.getByRole('button', { name: /^Keep/ }).click();
    const told = page.getByText(answer).first();
    const isTold = await told.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { comparisons } = await storedRecords(page);
    return isTold ? comparisons.filter(({ source }) => source.kind === 'import').length : undefined;
  };
  const without = await importedOn(/no room left/);
  await room.lift();
  // A page that does not say so calls the import kept, and does not offer it again.
  const afterwards = without === undefined ? undefined : await importedOn(/kept|imported/i);
  const isGood = without === 0 && afterwards === IMPORTED;
  const detail = `${without ?? 'untold how many'} of ${IMPORTED} pairs there without room, ${afterwards ?? 'untold how many'} afterwards`;
  const lost = isGood ? 0 : IMPORTED - (afterwards ?? 0);
  return { fault: IMPORTING, injected: 1, survived: isGood ? 1 : 0, lost, detail };
}

/** @returns whether the page calls everything saved when the act is through */
async function act(page: Page, key: string): Promise<boolean> {
  await page.keyboard.press(key);
  return page.evaluate(async () => {
    const state = document.querySelector('.saved')!;
    do await new Promise((resolve) => setTimeout(resolve, 60));
    while (/Saving/.test(state.textContent));
    return /^\s*Saved/.test(state.textContent);
  });
}

/** Saves a backup file as a person would. @returns the events in it */
async function eventsInBackup(page: Page): Promise<number> {
  await page.evaluate(() => (location.hash = '#/data'));
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('region', { name: 'Backup' }).getByRole('button', { name: 'Save backup file' }).click(),
  ]);
  const lines = gunzipSync(readFileSync(await download.path()))
    .toString('utf8')
    .split('\n');
  await page.evaluate(() => (location.hash = '#/compare'));
  await page.getByTestId('judged').waitFor();
  return lines.filter((line) => line.startsWith('{"kind":"event"')).length;
}

/** The room that the browser gives the origin. */
class Room {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async of(page: Page): Promise<Room> {
    return new Room(page, await page.context().newCDPSession(page));
  }

  /** @param left bytes beyond what is used */
  async limit(left: number): Promise<void> {
    const used = await this.#page.evaluate(async () => (await navigator.storage.estimate()).usage!);
    await this.#override({ quotaSize: used + left });
  }

  async lift(): Promise<void> {
    await this.#override({});
  }

  async #override(size: { quotaSize?: number }): Promise<void> {
    const { origin } = new URL(this.#page.url());
    await this.#session.send('Storage.overrideQuotaForOrigin', { origin, ...size });
  }
}
