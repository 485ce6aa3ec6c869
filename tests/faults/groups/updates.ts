/**
 * New versions of the app: the browser ends while one comes in or takes over, files arrive wrong, old files are gone
 * from the host. The tab that is open goes on, the next start shows one whole version, and no judgment is lost.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { listBuild, ON_DEMAND } from '../../../tools/serviceWorkerPlugin.ts';
import { Host, writeVersion } from '../../helpers/host.ts';
import { formatCount, notTested, type FaultContext, type FaultRow } from '../group.ts';
import { countOn, judgedOn, judgeSlowly } from '../judging.ts';
import { findObstacle } from '../machine.ts';
import { Profile } from '../profile.ts';

const KILLS = { small: 1, push: 2, nightly: 60 } as const;
const WRONG_FILES = { small: 2, push: 5, nightly: 240 } as const;
/** From the version before, from the one before that, and back to an older one. */
const PATHS = [
  [0, 1],
  [0, 1, 2],
  [1, 0],
] as const;
const VERSIONS = 3;
/** A new profile before the deck of 330 pairs is used up. */
const MOST_JUDGED = 240;

/** What stands in for a file, and how it is said in the table. */
const WRONG: Readonly<Record<string, (whole: Buffer, response: ServerResponse, share: number) => void>> = {
  'cut short': (whole, response, share) =>
    void response.end(whole.subarray(0, Math.floor(whole.length * share))),
  'connection cut': (whole, response, share) => {
    response.setHeader('Content-Length', whole.length);
    response.write(whole.subarray(0, Math.floor(whole.length * share)));
    setTimeout(() => response.destroy(), 20);
  },
  'a page instead': (_, response) => void response.end('<!doctype html><title>Welcome</title>'),
  'one byte changed': (whole, response, share) => {
    const changed = Buffer.from(whole);
    changed[Math.floor(whole.length * share)] ^= 1;
    response.end(changed);
  },
  'nothing in it': (_, response) => void response.end(),
  'not found': (_, response) => void response.writeHead(404).end('not found'),
  'an error of the host': (_, response) => void response.writeHead(503).end('try again'),
};

interface Site {
  readonly host: Host;
  readonly versions: readonly string[];
  /** All that were begun: a browser left open would outlive the run. */
  readonly profiles: Profile[];
}

export async function run(context: FaultContext): Promise<FaultRow[]> {
  const obstacle = findObstacle();
  if (obstacle) return [notTested('updates of the app', obstacle)];
  await context.address();
  const folder = mkdtempSync(join(tmpdir(), 'palate-versions-'));
  const versions = Array.from({ length: VERSIONS }, (_, index) =>
    writeVersion('dist', join(folder, `v${index}`), `v${index}`),
  );
  const site: Site = { host: await new Host(versions[0]).start(), versions, profiles: [] };
  try {
    return [
      await killing('browser killed while a version comes in', 'comes in', site, context),
      await killing('browser killed while a version takes over', 'takes over', site, context),
      await followingPaths(site, context),
      await wrongFiles(site, context),
    ];
  } finally {
    for (const profile of site.profiles) {
      await profile.close();
      profile.remove();
    }
    await site.host.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A start after the end shows one whole version with every judgment, and its workers start without the host. */
async function killing(
  fault: string,
  when: 'comes in' | 'takes over',
  site: Site,
  { size, random }: FaultContext,
): Promise<FaultRow> {
  const { host, versions } = site;
  const injected = KILLS[size];
  let [survived, lost, judged, updated] = [0, 0, 0, 0];
  host.folder = versions[0];
  let profile = newProfile(site);
  let page = await profile.open(host.address);
  await isKept(page);
  for (let round = 0; round < injected; round++) {
    const from = await scriptOf(page);
    const kept = await judgeSlowly(page, 3);
    judged += 3;
    // Slowly enough to be ended in the middle.
    host.delayMs = () => 150 * random.next();
    host.folder = versions[(round + 1) % VERSIONS];
    await lookForNewVersion(page);
    if (when === 'takes over') {
      await page.getByRole('button', { name: 'Reload' }).click({ timeout: 60_000 });
    }
    await new Promise((resolve) => setTimeout(resolve, (when === 'comes in' ? 700 : 250) * random.next()));
    await profile.end('browser killed', page);
    host.delayMs = () => 0;

    await host.stop();
    page = await profile.open(host.address);
    const shown = await judgedOn(page, kept);
    lost += Math.max(0, kept - shown);
    const isWhole = shown >= kept && (await hasEveryFile(page));
    survived += isWhole ? 1 : 0;
    updated += (await scriptOf(page)) === from ? 0 : 1;
    await host.start();
    await isKept(page);
    if (shown > MOST_JUDGED) {
      await profile.close();
      profile.remove();
      profile = newProfile(site);
      page = await profile.open(host.address);
      await isKept(page);
    }
  }
  await profile.close();
  profile.remove();
  const detail = `${formatCount(judged)} judgments; ${updated} of ${injected} next starts, host gone, ran the new version`;
  return { fault, injected, survived, lost, detail };
}

/** A tab stays open while versions come and their files leave the host; then it is asked to reload. */
async function followingPaths(site: Site, { size }: FaultContext): Promise<FaultRow> {
  const { host, versions } = site;
  const paths = size === 'small' ? PATHS.slice(0, 1) : PATHS;
  let [survived, lost, failures] = [0, 0, 0];
  for (const path of paths) {
    host.folder = versions[path[0]];
    const profile = newProfile(site);
    const page = await profile.open(host.address);
    let problems = 0;
    page.on('pageerror', () => problems++);
    await isKept(page);
    const gone = host.missing.length;
    for (const index of path.slice(1)) {
      host.folder = versions[index];
      await lookForNewVersion(page);
      await waitingIs(page, index);
    }
    let kept = await judgeSlowly(page, 3);
    const isOld = (await scriptOf(page)).endsWith(`v${path[0]}.js`);
    const isWhole = await hasEveryFile(page);
    await page.getByRole('button', { name: 'Reload' }).click();
    const isNew = await page
      .waitForFunction(
        (end) => document.querySelector<HTMLScriptElement>('script[src]')?.src.endsWith(end),
        `v${path.at(-1)}.js`,
      )
      .then(
        () => true,
        () => false,
      );
    const shown = await judgedOn(page, kept);
    lost += Math.max(0, kept - shown);
    kept = await judgeSlowly(page, 1);
    lost += Math.max(0, shown + 1 - kept);
    const failed = problems + host.missing.length - gone;
    failures += failed;
    if (isOld && isWhole && isNew && failed === 0 && (await hasEveryFile(page))) survived++;
    await profile.close();
    profile.remove();
  }
  const detail = `${failures} scripts failed or were missing`;
  return {
    fault: 'old files gone from the host under an open tab',
    injected: paths.length,
    survived,
    lost,
    detail,
  };
}

/** No version with a wrong file is taken, whichever file it is and however it is wrong. */
async function wrongFiles(site: Site, { size, random }: FaultContext): Promise<FaultRow> {
  const { host, versions } = site;
  const injected = WRONG_FILES[size];
  host.folder = versions[0];
  const profile = newProfile(site);
  const page = await profile.open(host.address);
  await isKept(page);
  const kept = await judgeSlowly(page, 2);
  const kinds = Object.keys(WRONG);
  // What has the same bytes in both versions is not asked for again.
  const known = new Set(Object.values(listBuild(versions[0]).files));
  // Nor is what comes in only when a model is first used.
  const { files, onDemand } = listBuild(versions[1]);
  const changed = Object.entries(files).filter(
    ([path, hash]) => !known.has(hash) && !onDemand.includes(path),
  );
  let survived = 0;
  for (let index = 0; index < injected; index++) {
    const [path] = changed[Math.floor(random.next() * changed.length)];
    const share = random.next();
    host.folder = versions[1];
    host.spoil = (asked, response) => {
      if (asked !== `/${path}`) return false;
      WRONG[kinds[index % kinds.length]](readFileSync(join(versions[1], path)), response, share);
      return true;
    };
    const state = await installedState(page);
    host.spoil = () => false;
    const caches = await page.evaluate(async () => (await window.caches.keys()).length);
    if (state !== 'redundant' || caches !== 1 || !(await hasEveryFile(page))) break;
    survived++;
  }
  // Sound again, it is taken.
  const last = await installedState(page);
  const lost = Math.max(0, kept - (await countOn(page)));
  await profile.close();
  profile.remove();
  return {
    fault: 'a file of a new version that is not the one built',
    injected: injected + 1,
    survived: survived + (last === 'installed' ? 1 : 0),
    lost,
    detail: `${kinds.length} ways to be wrong; then the sound version, ${last}`,
  };
}

function newProfile({ profiles }: Site): Profile {
  const profile = new Profile('LevelDB');
  profiles.push(profile);
  return profile;
}

async function isKept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
  await page.getByTestId('judged').waitFor();
}

/** As a person who comes back to the tab. */
async function lookForNewVersion(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** Until this version has come in and waits. */
async function waitingIs(page: Page, index: number): Promise<void> {
  await page.waitForFunction(async (name) => {
    const registration = await navigator.serviceWorker.getRegistration();
    if (!registration?.waiting || registration.installing) return false;
    const newest = (await caches.keys()).at(-1)!;
    const kept = await (await caches.open(newest)).keys();
    return kept.some(({ url }) => url.includes(name));
  }, `v${index}.`);
}

/** Looks for a new version, and waits for what becomes of it. @returns its state, or `none` when none came */
function installedState(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const registration = (await navigator.serviceWorker.getRegistration())!;
    const found = new Promise<ServiceWorker | null>((resolve) => {
      registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true });
      setTimeout(resolve, 20_000, null);
    });
    await registration.update().catch(() => undefined);
    const worker = await found;
    if (worker?.state === 'installing') {
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
    }
    return worker?.state ?? 'none';
  });
}

function scriptOf(page: Page): Promise<string> {
  return page.evaluate(() => document.querySelector<HTMLScriptElement>('script[src]')!.src);
}

/**
 * Whether the page gets every script that its own version may still ask for: those its scripts name, but for what is
 * fetched when a model is first used.
 */
function hasEveryFile(page: Page): Promise<boolean> {
  return page.evaluate(async (onDemand) => {
    const { src } = document.querySelector<HTMLScriptElement>('script[src]')!;
    const addresses = new Set([src]);
    for (const address of addresses) {
      const answer = await fetch(address);
      if (!answer.ok) return false;
      for (const [name] of (await answer.text()).matchAll(/[\w.]+-[\w-]{8,}\.js/g)) {
        if (!new RegExp(onDemand).test(`assets/${name}`)) addresses.add(new URL(name, src).href);
      }
    }
    return [...addresses].filter((address) => address.includes('worker-')).length >= 3;
  }, ON_DEMAND.source);
}
