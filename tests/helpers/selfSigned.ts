/** A certificate that vouches for itself, for a server that a test stands in for others with. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** One value of DER: its tag, its length, its contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const lengths = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengths]), content]);
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents);
const text = (tag: number, value: string): Buffer => der(tag, Buffer.from(value));

/** ecdsa-with-SHA256 */
const ALGORITHM = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const NAME = sequence(der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), text(0x0c, 'test'))));
const VALIDITY = sequence(text(0x18, '20200101000000Z'), text(0x18, '20991231000000Z'));

/** @returns what a server of Node takes; see RFC 5280, section 4.1 */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const version3 = der(0xa0, der(0x02, Uint8Array.of(2)));
  const serial = der(0x02, Uint8Array.of(1));
  const publicInfo = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(version3, serial, ALGORITHM, NAME, VALIDITY, NAME, publicInfo);
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', body, privateKey));
  const encoded = sequence(body, ALGORITHM, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${encoded}\n-----END CERTIFICATE-----\n`,
  };
}
