/**
 * Letting a worker's event loop turn: only then does a posted message (a cancel) arrive. A MessageChannel ping is a
 * macrotask without the 4 ms clamp of nested timers.
 */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Milliseconds of work after which the event loop is due a turn. */
const DUE_MS = 40;

/** A function that yields when `DUE_MS` have passed since it last did; resolves to whether it yielded. */
export function createYield(): () => Promise<boolean> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < DUE_MS) return false;
    await yieldToEvents();
    last = performance.now();
    return true;
  };
}
