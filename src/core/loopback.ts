/**
 * Addresses of this machine itself. Two names and no more: the worker that talks to a server here obeys a content policy
 * which must name its hosts (src/securityHeaders.ts), and Chromium 150 knows no form there for `[::1]`, nor for the
 * other addresses that begin with 127.
 */
import { PalateError } from './palateError.ts';

interface Address {
  readonly protocol: string;
  readonly hostname: string;
}

/** Core knows nothing of the web but this: whatever reads addresses, browser or Node, must read them alike. */
declare const URL: {
  new (
    text: string,
  ): Address & Readonly<Record<'username' | 'password' | 'origin' | 'pathname' | 'search' | 'hash', string>>;
  canParse(text: string): boolean;
};

export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1'];

const LONGEST_ADDRESS = 200;

/** Whether an address is of this machine. What it is written like does not count: 2130706433 is 127.0.0.1 to a URL. */
export function isLoopback({ protocol, hostname }: Address): boolean {
  return (protocol === 'http:' || protocol === 'https:') && LOOPBACK_HOSTS.includes(hostname);
}

/**
 * Reads where a server of this machine is, as a person writes it: without `http://`, or down to one of its endpoints.
 * @returns what `/v1/…` is put behind, such as `http://localhost:11434`
 * @throws PalateError `server-failed` for any other address
 */
export function readServerAddress(written: string): string {
  const text = written.trim();
  if (text.length > LONGEST_ADDRESS) refuse('That', `it is longer than ${LONGEST_ADDRESS} characters`);
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full)) refuse(text || 'Nothing', 'it is no address');
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse(text, 'it is not of the web');
  if (url.username || url.password) refuse(text, 'Palate sends no names and passwords');
  if (!isLoopback(url)) refuse(text, whyNot(url));
  if (url.search || url.hash) refuse(text, 'nothing may stand behind a ? or #');
  return url.origin + url.pathname.replace(/(\/+v1(\/(models|chat\/completions))?)*\/*$/, '');
}

function whyNot({ hostname }: Address): string {
  return /^127(\.\d+){3}$|^\[::1\]$/.test(hostname)
    ? 'of the addresses of this machine a browser’s policy can only name 127.0.0.1 and localhost'
    : 'only programs on this machine are talked to';
}

function refuse(what: string, problem: string): never {
  const advice = 'Write one such as http://localhost:11434';
  throw new PalateError('server-failed', `${what} is not taken as an address: ${problem}. ${advice}.`);
}
