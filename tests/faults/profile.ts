/** A browser profile on disk that outlives its browsers, and ways to end those. Linux only: it looks into /proc. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { chromiumLaunchOptions } from '../runner/chromium.ts';

/** Ways to end what shows the page: the whole browser, the process of the page, or the page by its own crash. */
export const ENDS = ['browser killed', 'renderer killed', 'page crashed'] as const;
export type End = (typeof ENDS)[number];

/** The ways Chromium keeps a database, with the flags that choose them. */
export const BACKENDS = { LevelDB: [], SQLite: ['--enable-features=IdbSqliteBackingStore'] } as const;
export type Backend = keyof typeof BACKENDS;

/** The compiler that runs these tests gives functions their names by this helper, also those handed to a page. */
export const NAMES_FUNCTIONS = 'globalThis.__name = (target) => target';

export class Profile {
  readonly folder = mkdtempSync(join(tmpdir(), 'palate-faults-'));
  readonly #backend: Backend;
  #context?: BrowserContext;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Starts a browser on the profile, and opens a page in it. */
  async open(address: string): Promise<Page> {
    const { executablePath, args } = chromiumLaunchOptions();
    this.#context = await chromium.launchPersistentContext(this.folder, {
      executablePath,
      args: [...args, ...BACKENDS[this.#backend]],
      reducedMotion: 'reduce',
    });
    await this.#context.addInitScript(NAMES_FUNCTIONS);
    return this.openTab(address);
  }

  /** One more page in the browser that runs. */
  async openTab(address: string): Promise<Page> {
    const page = await this.#context!.newPage();
    await page.goto(address);
    return page;
  }

  /** Ends the browser as a person would. */
  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  /** Ends the browser, or what shows the page, without a warning. */
  async end(how: End, page: Page): Promise<void> {
    const context = this.#context!;
    const ended = new Promise((resolve) => context.once('close', resolve));
    if (how === 'page crashed') {
      const session = await context.newCDPSession(page);
      session.send('Page.crash').catch(() => undefined); // It never answers.
      // A page that is being left may end without a word.
      await page.waitForEvent('crash', { timeout: 5_000 }).catch(() => undefined);
    } else {
      const browsers = this.#browsers();
      for (const pid of how === 'browser killed' ? browsers : renderersUnder(browsers)) {
        process.kill(pid, 'SIGKILL');
      }
    }
    if (how !== 'browser killed') await context.close();
    await ended;
    this.#context = undefined;
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) {
      rmSync(join(this.folder, name), { force: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Where the database of the one origin that was opened lies; undefined when this browser lacks the backend. */
  databaseFolder(): string | undefined {
    const all = join(this.folder, 'Default', 'IndexedDB');
    const names = existsSync(all) ? readdirSync(all) : [];
    const name = names.find((entry) => entry.endsWith('.leveldb') === (this.#backend === 'LevelDB'));
    return name === undefined ? undefined : join(all, name);
  }

  #browsers(): number[] {
    return processes()
      .filter(({ command, executable }) => {
        const isOurs = command.includes(`--user-data-dir=${this.folder}`) && !command.includes('--type=');
        return isOurs && /chrom/i.test(executable);
      })
      .map(({ pid }) => pid);
  }
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly executable: string;
}

function processes(): Running[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name): Running[] => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return [{ pid: Number(name), parent, command, executable: readlinkSync(`/proc/${name}/exe`) }];
      } catch {
        return []; // It ended meanwhile, or is not ours to look at.
      }
    });
}

function renderersUnder(roots: readonly number[]): number[] {
  const all = new Map(processes().map((one) => [one.pid, one]));
  const isUnder = (pid: number): boolean => {
    for (let at = all.get(pid); at; at = all.get(at.parent)) if (roots.includes(at.pid)) return true;
    return false;
  };
  return [...all.values()]
    .filter(({ pid, command }) => command.includes('--type=renderer') && isUnder(pid))
    .map(({ pid }) => pid);
}
