/** Judging in a page as fast as verdicts are kept, and reading what the page then says. */
import type { Page } from 'playwright';

/** Verdicts given before the first of them is kept. */
const IN_FLIGHT = 6;

/**
 * Judges from inside the page, which is as fast as it gets, until the page ends or nothing is left to judge. A judgment
 * counts as acknowledged when the page shows it in its count and says "Saved", or is saving the one after it.
 * @param onKept called with the count
 */
export async function startJudging(page: Page, onKept: (count: number) => void): Promise<void> {
  await page.exposeBinding('tellKept', (_source, count: number) => onKept(count));
  await page.evaluate((inFlight) => {
    const told = window as unknown as { tellKept(count: number): void };
    const shown = document.querySelector('[data-testid=judged]')!;
    const state = document.querySelector('.saved')!;
    let last = Number(shown.textContent.replaceAll(',', ''));
    new MutationObserver(() => {
      const count = Number(shown.textContent.replaceAll(',', ''));
      if (!/^\s*(Saved|Saving)/.test(state.textContent)) return;
      told.tellKept(count);
      for (; last < count; last++) {
        const code = Math.random() < 0.5 ? 'ArrowLeft' : 'ArrowRight';
        window.dispatchEvent(new KeyboardEvent('keydown', { code }));
      }
    }).observe(shown, { characterData: true, subtree: true, childList: true });
    for (let given = 0; given < inFlight; given++) {
      window.dispatchEvent(new KeyboardEvent('keydown', { code: 'ArrowLeft' }));
    }
  }, IN_FLIGHT);
}

/** Judges one pair after the other, as a person does. @returns the count that the page then shows */
export async function judgeSlowly(page: Page, times: number): Promise<number> {
  let count = await countOn(page);
  for (let given = 0; given < times; given++) {
    await page.keyboard.press(given % 2 === 0 ? '1' : '2');
    count = await judgedOn(page, count + 1);
  }
  return count;
}

export async function countOn(page: Page): Promise<number> {
  return Number((await page.getByTestId('judged').textContent())!.replaceAll(',', ''));
}

/** The count once the page shows at least this many, or what it shows after three seconds. */
export async function judgedOn(page: Page, atLeast: number): Promise<number> {
  await page.getByTestId('judged').waitFor({ timeout: 30_000 });
  for (let wait = 0; wait < 60 && (await countOn(page)) < atLeast; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return countOn(page);
}

/** Whether the page says that records came back from the journal. */
export async function saysRestored(page: Page): Promise<boolean> {
  return page.getByText(/restored from the journal/).isVisible();
}

/** What of an event a test looks at. */
export interface StoredEvent {
  readonly id: string;
  readonly kind: string;
  readonly comparisonId?: string;
  readonly verdict?: string;
  readonly isRepeat?: true;
}

export interface StoredRecords {
  readonly events: readonly StoredEvent[];
  readonly comparisons: readonly { readonly id: string; readonly source: { readonly kind: string } }[];
}

/** How many events the database of the app holds, past the app. */
export function countStored(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const database = await settled(indexedDB.open('palate'));
    const count = await settled(database.transaction('events').objectStore('events').count());
    database.close();
    return count;
  });
}

/** What the database of the app holds, past the app. */
export function storedRecords(page: Page): Promise<StoredRecords> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const database = await settled(indexedDB.open('palate'));
    const transaction = database.transaction(['events', 'comparisons']);
    const [events, comparisons] = await Promise.all(
      ['events', 'comparisons'].map((name) => settled(transaction.objectStore(name).getAll())),
    );
    database.close();
    const recordOf = ({ record }: { record: unknown }) => record;
    return { events: events.map(recordOf), comparisons: comparisons.map(recordOf) } as never;
  });
}
