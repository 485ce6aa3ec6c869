/**
 * Reads which files import which, from source text alone: TypeScript modules, the scripts of Svelte components,
 * `import()`, and what starts a worker: `import … from '…?worker&url'` and `new URL('…', import.meta.url)`.
 */
import { posix } from 'node:path';
import ts from 'typescript';

/** Source text by path from the project's root, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  /** The importing file. */
  readonly from: string;
  /** A path from the project's root, or the name of a package (`node:` modules too). */
  readonly to: string;
  readonly isPackage: boolean;
  /** Gone after compilation. */
  readonly typesOnly: boolean;
  /** Starts a worker: names a script that runs elsewhere. */
  readonly startsWorker: boolean;
}

type Found = Pick<Import, 'typesOnly' | 'startsWorker'> & { readonly specifier: string };

/** All imports of all files, in order. */
export function readImports(sources: Sources): readonly Import[] {
  return [...sources].flatMap(([path, text]) =>
    scriptsOf(path, text).flatMap((script) =>
      importsOfScript(path, script).map(({ specifier, typesOnly, startsWorker }) => ({
        from: path,
        ...resolve(path, specifier),
        typesOnly,
        startsWorker,
      })),
    ),
  );
}

function scriptsOf(path: string, text: string): readonly string[] {
  if (!path.endsWith('.svelte')) return [text];
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
}

function importsOfScript(path: string, script: string): readonly Found[] {
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    const imported = importOf(node);
    if (imported) found.push(imported);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, script, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS));
  return found;
}

function importOf(node: ts.Node): Found | undefined {
  if (ts.isImportDeclaration(node)) {
    const specifier = textOf(node.moduleSpecifier);
    return { specifier, typesOnly: isTypesOnly(node), startsWorker: specifier.endsWith('?worker&url') };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return { specifier: textOf(node.moduleSpecifier), typesOnly: node.isTypeOnly, startsWorker: false };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: textOf(node.argument.literal), typesOnly: true, startsWorker: false };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { specifier: textOf(node.arguments[0]), typesOnly: false, startsWorker: false };
  }
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'URL') {
    const [address, base] = node.arguments ?? [];
    const isOwnFile = base && ts.isPropertyAccessExpression(base) && ts.isMetaProperty(base.expression);
    if (isOwnFile) return { specifier: textOf(address), typesOnly: false, startsWorker: true };
  }
  return undefined;
}

/** `import type …`, or a list in which every name is marked as a type. */
function isTypesOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

/** A computed address stays visible as a name no rule allows. */
function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : '(computed)';
}

function resolve(from: string, specifier: string): Pick<Import, 'to' | 'isPackage'> {
  const [path] = specifier.split('?');
  if (path.startsWith('.')) {
    return { to: posix.normalize(posix.join(posix.dirname(from), path)), isPackage: false };
  }
  if (path.startsWith('/')) return { to: path.slice(1), isPackage: false };
  const parts = path.split('/');
  const isWhole = path.startsWith('node:') || path === '(computed)';
  return { to: isWhole ? path : parts.slice(0, path.startsWith('@') ? 2 : 1).join('/'), isPackage: true };
}
