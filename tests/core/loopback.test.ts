import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isLoopback, LOOPBACK_HOSTS, readServerAddress } from '../../src/core/loopback.ts';
import { errorCode } from '../../src/core/palateError.ts';
import { localServerHeaders } from '../../src/securityHeaders.ts';

describe('a server on this machine', () => {
  test.each([
    ['http://localhost:11434', 'http://localhost:11434'],
    ['  http://localhost:11434/ ', 'http://localhost:11434'],
    ['localhost:1234', 'http://localhost:1234'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['HTTP://LocalHost:8080', 'http://localhost:8080'],
    ['https://localhost:8443', 'https://localhost:8443'],
    ['localhost', 'http://localhost'],
    ['http://localhost:11434/v1', 'http://localhost:11434'],
    ['http://localhost:11434/v1/', 'http://localhost:11434'],
    ['http://localhost:11434/v1/models', 'http://localhost:11434'],
    ['http://localhost:11434/v1/chat/completions', 'http://localhost:11434'],
    ['http://localhost:8080/llm/v1', 'http://localhost:8080/llm'],
    ['http://localhost:8080/a/../v1', 'http://localhost:8080'],
    ['http://0x7f000001:8080', 'http://127.0.0.1:8080'],
    ['http://2130706433:8080', 'http://127.0.0.1:8080'],
    ['http://127.1:8080', 'http://127.0.0.1:8080'],
    ['http://loc%61lhost:8080', 'http://localhost:8080'],
  ])('may be written as %s', (written, address) => {
    expect(readServerAddress(written)).toBe(address);
  });

  test.each([
    ['http://127.0.0.1.evil.com:11434', 'only programs on this machine are talked to'],
    ['http://localhost.evil.com', 'only programs on this machine'],
    ['http://evil.localhost:11434', 'only programs on this machine'],
    ['http://localhost.:11434', 'only programs on this machine'],
    ['http://192.168.0.1:11434', 'only programs on this machine'],
    ['http://0.0.0.0:11434', 'only programs on this machine'],
    ['http://3232235777', 'only programs on this machine'],
    ['http://evil.com/?http://localhost:11434', 'only programs on this machine'],
    ['http://evil.com#localhost', 'only programs on this machine'],
    ['http://evil.com\\@localhost', 'only programs on this machine'],
    ['http://localhost:80@evil.com', 'Palate sends no names and passwords'],
    ['http://me:secret@localhost:11434', 'Palate sends no names and passwords'],
    ['http://[::1]:11434', 'can only name 127.0.0.1 and localhost'],
    ['http://127.0.0.2:11434', 'can only name 127.0.0.1 and localhost'],
    ['http://[::ffff:127.0.0.1]:80', 'only programs on this machine'],
    ['ftp://localhost', 'it is not of the web'],
    ['file://localhost/etc', 'it is not of the web'],
    ['ws://localhost:11434', 'it is not of the web'],
    ['http://localhost:11434/?key=1', 'nothing may stand behind a ? or #'],
    ['http://localhost:99999', 'it is no address'],
    ['', 'Nothing is not taken as an address: it is no address'],
    [`localhost/${'a'.repeat(300)}`, 'longer than 200 characters'],
  ])('is not %s', (written, problem) => {
    expect(() => readServerAddress(written)).toThrow(problem);
    expect(() => readServerAddress(written)).toThrow('Write one such as http://localhost:11434.');
  });

  test('is what leads there, however an address is put together, and reads the same again', () => {
    const bit = fc.constantFrom(
      ...[
        'http://',
        'https:',
        '//',
        'localhost',
        '127.0.0.1',
        '127.1',
        '@',
        ':',
        '.',
        '/',
        '\\',
        '?',
        '#',
        '%00',
      ],
      ...['evil.com', '11434', '[::1]', '0x7f.1', 'v1', ' ', '\t', 'ｌocalhost', '。'],
    );
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 8 }), (bits) => {
        const written = bits.join('');
        let address: string;
        try {
          address = readServerAddress(written);
        } catch (error) {
          expect(errorCode(error), written).toBe('server-failed');
          return;
        }
        accepted++;
        const asked = new URL(`${address}/v1/models`);
        expect(LOOPBACK_HOSTS).toContain(asked.hostname);
        expect(asked.username + asked.password + asked.search + asked.hash).toBe('');
        expect(asked.pathname.endsWith('/v1/models')).toBe(true);
        expect(readServerAddress(address)).toBe(address);
      }),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(20);
  });

  test('has a host that the policy of its worker names, and every host it names is of this machine', () => {
    const [, named] = /connect-src 'self' ([^;]*)/.exec(localServerHeaders['Content-Security-Policy'])!;
    const hosts = named.split(' ').map((source) => new URL(source.replace(':*', ':1')));
    expect(new Set(hosts.map(({ hostname }) => hostname))).toEqual(new Set(LOOPBACK_HOSTS));
    for (const host of hosts) expect(isLoopback(host)).toBe(true);
  });
});
