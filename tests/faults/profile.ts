/** A browser profile on disk that outlives its browsers, and ways to end those. Linux only: it looks into /proc. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { chromiumLaunchOptions } from '../runner/chromium.ts';

export const MUTANTS = ['no-journal'] as const;
export type Mutant = (typeof MUTANTS)[number];

export class Profile {
  readonly folder = mkdtempSync(join(tmpdir(), 'palate-faults-'));
  readonly #extra: readonly string[];
  readonly #mutant: Mutant | undefined;
  #context?: BrowserContext;

  /**
   * @param extra flags of the browser
   * @param mutant takes a safeguard away, to see that its absence is noticed
   */
  constructor(extra: readonly string[], mutant: Mutant | undefined) {
    this.#extra = extra;
    this.#mutant = mutant;
  }

  async open(address: string): Promise<Page> {
    const { executablePath, args } = chromiumLaunchOptions();
    this.#context = await chromium.launchPersistentContext(this.folder, {
      executablePath,
      args: [...args, ...this.#extra],
      reducedMotion: 'reduce',
    });
    if (this.#mutant === 'no-journal') await this.#context.route(/journal\.worker/, (route) => route.abort());
    const page = await this.#context.newPage();
    await page.goto(address);
    return page;
  }

  /** Ends the browser as a person would. */
  async close(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
  }

  /** Ends the whole browser, or only what shows its pages, without a warning. */
  async kill(what: 'browser' | 'renderer'): Promise<void> {
    const context = this.#context!;
    const ended = new Promise((resolve) => context.once('close', resolve));
    for (const pid of what === 'browser' ? this.#browsers() : renderersUnder(this.#browsers())) {
      process.kill(pid, 'SIGKILL');
    }
    if (what === 'renderer') await context.close();
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

  /** Folder of the database of the one origin that was opened; LevelDB only. */
  databaseFolder(): string {
    const all = join(this.folder, 'Default', 'IndexedDB');
    const name = existsSync(all) ? readdirSync(all).find((entry) => entry.endsWith('.leveldb')) : undefined;
    if (!name) throw new Error(`No LevelDB database under ${all}.`);
    return join(all, name);
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
