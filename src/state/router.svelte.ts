/**
 * Which screen is open, kept in the address as `#/<screen>` or `#/<screen>/<subject>`, so that the browser's back
 * button, bookmarks and a reload do what people expect.
 */

export const SCREENS = ['compare', 'data', 'model', 'rerank', 'generate'] as const;
export type Screen = (typeof SCREENS)[number];

/** The part of `window` that holds the address. */
export interface AddressBar {
  readonly location: { hash: string };
  addEventListener(type: 'hashchange', listener: () => void): void;
}

export class Router {
  readonly #bar: AddressBar;
  #route = $state.raw(parseHash(''));

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.#route = parseHash(bar.location.hash);
    bar.addEventListener('hashchange', () => {
      this.#route = parseHash(bar.location.hash);
    });
  }

  get screen(): Screen {
    return this.#route.screen;
  }

  /** What the screen is about, e.g. the comparison to judge again. */
  get subject(): string | undefined {
    return this.#route.subject;
  }

  go(screen: Screen, subject?: string): void {
    const hash = hashOf(screen, subject);
    this.#route = parseHash(hash);
    if (this.#bar.location.hash !== hash) this.#bar.location.hash = hash;
  }
}

/** The address of a screen, for links. */
export function hashOf(screen: Screen, subject?: string): string {
  if (subject === undefined) return `#/${screen}`;
  // An address cannot say half a surrogate pair: such an id, from a file made to harm, is not found by its link.
  return `#/${screen}/${encodeURIComponent(subject.replace(/\p{Surrogate}/gu, '\ufffd'))}`;
}

/** Anything unknown leads to Compare. */
function parseHash(hash: string): { readonly screen: Screen; readonly subject?: string } {
  const [screen, subject] = hash.replace(/^#\/?/, '').split('/');
  const known = SCREENS.find((candidate) => candidate === screen);
  if (!known) return { screen: 'compare' };
  return subject ? { screen: known, subject: decode(subject) } : { screen: known };
}

/** A mangled address is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
