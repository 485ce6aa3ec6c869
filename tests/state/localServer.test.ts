import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalServer } from '../../src/state/localServer.svelte.ts';
import { LocalServerService } from '../../workers/localServerService.ts';
import { FakeLanguageServer } from '../helpers/fakeLanguageServer.ts';

let fake: FakeLanguageServer;
let server: LocalServer;

beforeEach(async () => {
  fake = await FakeLanguageServer.open();
  server = new LocalServer(new LocalServerService({ fetch, origin: 'https://palate.example' }), fake.address);
});
afterEach(() => fake.close());

const request = {
  ...{ messages: [{ role: 'user', content: 'Write of tea.' }] as const, count: 2, seed: 7 },
  ...{ temperature: 0.7, topK: 40, maxNewTokens: 50, stopTexts: [] },
};
const generate = (model = 'small') => server.source(model).generate(request, () => undefined);

test('a server is asked nothing before the person connects, not even for a text', async () => {
  expect(server.status).toEqual({ kind: 'idle' });
  await expect(generate()).rejects.toThrow('Connect to it first.');
  expect(fake.asked).toEqual([]);
});

test('once connected it tells its models, each of which writes', async () => {
  await server.connect(fake.address.replace('http://', ''));
  expect(server.status).toEqual({ kind: 'connected', models: ['tiny:latest', 'small'] });
  expect(server.address).toBe(fake.address);
  expect(server.source('small').name).toBe(`small on ${new URL(fake.address).host}`);
  expect(await generate()).toHaveLength(2);
});

test('after the person hangs up it is asked nothing more, also where an answer was still to come', async () => {
  let answer = (): void => undefined;
  fake.spoil = (_, response) => {
    answer = () => void response.end('{"data":[]}');
    return true;
  };
  const connecting = server.connect(fake.address);
  await expect.poll(() => fake.asked.length).toBe(1);
  await server.disconnect();
  answer();
  await connecting;
  expect(server.status).toEqual({ kind: 'idle' });
  await expect(generate()).rejects.toThrow('Connect to it first.');
  expect(fake.asked).toHaveLength(1);
});

test('an address that is not of this machine is refused with a reason, and the next try heals', async () => {
  await server.connect('http://example.com');
  expect(server.status).toMatchObject({ kind: 'failed' });
  expect((server.status as { message: string }).message).toContain('only programs on this machine');
  expect(server.address).toBe('http://example.com');
  await server.connect(fake.address);
  expect(server.status.kind).toBe('connected');
});

test('a writer of one address does not write by another', async () => {
  await server.connect(fake.address);
  const source = server.source('small');
  const other = await FakeLanguageServer.open();
  await server.connect(other.address);
  await expect(source.generate(request, () => undefined)).rejects.toThrow('Connect to it first.');
  expect(other.asked.map(({ path }) => path)).toEqual(['/v1/models']);
  other.close();
});
