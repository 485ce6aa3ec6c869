/** What the app is made of: no script of a package runs, no version floats, few packages reach people, and two builds are the same bytes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { listBuild } from '../../../tools/serviceWorkerPlugin.ts';
import type { FaultRow } from '../group.ts';

/** Packages of which code is in the build. */
const MOST_AT_RUN_TIME = 12;
const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly version?: string; readonly integrity?: string; readonly hasInstallScript?: true }
    >
  >;
}

export async function run(): Promise<FaultRow[]> {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  const direct = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  const floating = direct.filter(([, version]) => !EXACT.test(version)).map(([name]) => name);
  const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
  const unproven = installed.filter(([, { integrity }]) => !integrity).map(([path]) => path);
  const scripted = installed.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path);
  const scriptsRun = !/^ignore-scripts=true$/m.test(readFileSync('.npmrc', 'utf8'));
  const atRunTime = Object.keys(manifest.dependencies);
  const beyond = atRunTime.slice(MOST_AT_RUN_TIME);
  return [
    rowOf('versions that are not exact', direct.length, floating),
    rowOf('packages without a checksum', installed.length, unproven),
    rowOf(`packages at run time beyond ${MOST_AT_RUN_TIME}`, atRunTime.length, beyond, atRunTime.join(', ')),
    await twoBuilds(),
    rowOf(
      'scripts of packages that would run at installation',
      scripted.length,
      scriptsRun ? scripted : [],
      `${scripted.join(', ')}: switched off in .npmrc`,
    ),
  ];
}

function rowOf(fault: string, injected: number, bad: readonly string[], detail = bad.join(', ')): FaultRow {
  return { fault, injected, survived: injected - bad.length, lost: bad.length, detail };
}

async function twoBuilds(): Promise<FaultRow> {
  const folder = mkdtempSync(join(tmpdir(), 'palate-builds-'));
  try {
    const builds = [];
    for (const name of ['one', 'two']) {
      const outDir = join(folder, name);
      await build({ logLevel: 'error', build: { outDir, emptyOutDir: true } });
      builds.push({ ...listBuild(outDir).files, 'sw.js': readFileSync(join(outDir, 'sw.js'), 'utf8') });
    }
    const [one, two] = builds as readonly Readonly<Record<string, string>>[];
    const paths = [...new Set([...Object.keys(one), ...Object.keys(two)])];
    return rowOf(
      'files that differ between two builds',
      paths.length,
      paths.filter((path) => one[path] !== two[path]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
