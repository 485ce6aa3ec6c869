import { expose, wrap } from 'comlink';
import { expect, test } from 'vitest';
import { errorCode, PalateError } from '../../src/core/palateError.ts';

test('an error keeps its code and words across a worker boundary', async () => {
  const { port1, port2 } = new MessageChannel();
  const fail = (): never => {
    throw new PalateError('device-lost', 'The device went away.');
  };
  expose({ fail }, port1);
  const remote = wrap<{ fail(): void }>(port2);
  const error: unknown = await remote.fail().catch((reason: unknown) => reason);
  expect(error).not.toBeInstanceOf(PalateError);
  expect(errorCode(error)).toBe('device-lost');
  expect((error as Error).message).toBe('The device went away.');
  port1.close();
  port2.close();
});

test('what is no error of ours has no code', () => {
  expect(errorCode(new TypeError('x'))).toBeUndefined();
  expect(errorCode('x')).toBeUndefined();
  expect(errorCode(undefined)).toBeUndefined();
});
