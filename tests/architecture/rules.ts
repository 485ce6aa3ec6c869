/** Holds sources against a table of import rules, looks for cycles, and for what the house does not allow at all. */
import { readImports, type Import, type Sources } from './imports.ts';

export interface Rule {
  /** Where the rule holds: a folder that ends with a slash, or one file. The longest match counts. */
  readonly place: string;
  /** Folders or files it may import from, besides itself. */
  readonly mayImport: readonly string[];
  /** Folders or files it may import types from. */
  readonly typesOf?: readonly string[];
  /** Workers it may start. */
  readonly mayStart?: readonly string[];
  /** Packages; a name that ends with `*` stands for all that begin so. */
  readonly packages?: readonly string[];
}

/** Packages that only some files may import, whatever their room allows. */
export type PackageHomes = Readonly<Record<string, readonly string[]>>;

/** @returns one sentence for each import that breaks the table */
export function findForbiddenImports(
  sources: Sources,
  rules: readonly Rule[],
  homes: PackageHomes,
): readonly string[] {
  const homeless = [...sources.keys()]
    .filter((path) => !ruleOf(path, rules))
    .map((path) => `${path} is in no room of the import table`);
  const forbidden = readImports(sources)
    .filter((found) => !isAllowed(found, rules, homes))
    .map(describe);
  return [...homeless, ...forbidden];
}

function ruleOf(path: string, rules: readonly Rule[]): Rule | undefined {
  return rules
    .filter(({ place }) => isIn(path, place))
    .reduce<Rule | undefined>(
      (best, rule) => (best && best.place.length >= rule.place.length ? best : rule),
      undefined,
    );
}

function isIn(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}

function isAllowed(found: Import, rules: readonly Rule[], homes: PackageHomes): boolean {
  const rule = ruleOf(found.from, rules);
  if (!rule) return true; // told once for the file, not for each of its imports
  const isInAny = (places: readonly string[] = []) => places.some((place) => isIn(found.to, place));
  if (found.isPackage) {
    const home = homes[found.to];
    if (home && !home.some((place) => isIn(found.from, place))) return false;
    return (rule.packages ?? []).some((name) =>
      name.endsWith('*') ? found.to.startsWith(name.slice(0, -1)) : found.to === name,
    );
  }
  if (found.startsWorker) return isInAny(rule.mayStart);
  if (isInAny([rule.place, ...rule.mayImport])) return true;
  return found.typesOnly && isInAny(rule.typesOf);
}

function describe({ from, to, typesOnly, startsWorker }: Import): string {
  const verb = startsWorker ? 'starts' : typesOnly ? 'imports types from' : 'imports';
  return `${from} ${verb} ${to}, which the import table does not allow`;
}

/** @returns each cycle of imports once, as `a -> b -> a`; imports of types count, starting a worker does not */
export function findCycles(sources: Sources): readonly string[] {
  const targets = new Map<string, string[]>([...sources.keys()].map((path) => [path, []]));
  for (const { from, to, startsWorker } of readImports(sources)) {
    if (!startsWorker && targets.has(to)) targets.get(from)!.push(to);
  }
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' -> '));
    if (start >= 0 || finished.has(path)) return;
    for (const target of targets.get(path)!) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return cycles;
}

/** @returns one sentence for each barrel, raw HTML and style attribute */
export function findForbiddenForms(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const problems: string[] = [];
    if (/(^|\/)index\.ts$/.test(path)) {
      problems.push(`${path} is a barrel: a name is imported from where it lives`);
    }
    if (!path.endsWith('.svelte')) return problems;
    const markup = text.replace(/<(script|style)[\s\S]*?<\/\1>|<!--[\s\S]*?-->/g, '');
    if (markup.includes('{@html')) problems.push(`${path} inserts raw HTML: texts are shown as text`);
    if (/\sstyle=/.test(markup) || /\{\s*style\s*\}/.test(markup)) {
      problems.push(
        `${path} has a style attribute, which the content policy drops: use style:property={value}`,
      );
    }
    return problems;
  });
}
