/** Requests a page made, by where they went. */
export interface RequestCount {
  readonly own: number;
  /** Hosts other than the page's own, each once. */
  readonly others: readonly string[];
}

/**
 * @param addresses absolute, as the browser reports them
 * @param origin of the page
 */
export function countRequests(addresses: readonly string[], origin: string): RequestCount {
  const origins = addresses.map((address) => new URL(address).origin);
  // What was made in the page itself (`data:`, `blob:` of its own) went nowhere.
  const away = origins.filter((one) => one !== origin && one !== 'null');
  return { own: origins.filter((one) => one === origin).length, others: [...new Set(away)] };
}
