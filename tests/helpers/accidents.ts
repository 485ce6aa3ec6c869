/** The ways in which a worker can die or fall silent by itself. */
export const ACCIDENTS = ['throws', 'rejects', 'closes itself', 'loops for ever'] as const;
export type Accident = (typeof ACCIDENTS)[number];

/** Within the worker: what calls this may go on for a moment, but for the last of them. */
export function haveAccident(kind: Accident): void {
  if (kind === 'throws') {
    setTimeout(() => {
      throw new Error('thrown on purpose');
    });
  }
  if (kind === 'rejects') void Promise.reject(new Error('rejected on purpose'));
  if (kind === 'closes itself') self.close();
  if (kind === 'loops for ever') for (;;);
}
