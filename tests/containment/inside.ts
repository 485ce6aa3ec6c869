/** The part of the battery that runs in the realm it tries; bundled, and handed to it as text. */
import { CHANNELS, tryChannel, type Context, type Target } from '../../src/selfcheck/channels.ts';
import type { Aim } from './sink.ts';

/** Tries all channels of a context at once. @returns their names */
export async function tryAll(aim: Aim, context: Context, patienceMs: number): Promise<string[]> {
  const channels = CHANNELS.filter(({ contexts, leaves }) => contexts.includes(context) && !leaves);
  const target = targetOf(aim);
  await Promise.all(channels.map((channel) => tryChannel(channel, target, patienceMs)));
  // What was refused at once leaves the others their time.
  await new Promise((resolve) => setTimeout(resolve, patienceMs));
  return channels.map(({ name }) => name);
}

/** Tries one channel that takes the page away if it gets through. */
export function tryToLeave(aim: Aim, _context: Context, name: string): void {
  const channel = CHANNELS.find((one) => one.name === name)!;
  void tryChannel(channel, targetOf(aim), 0);
}

function targetOf({ context, domain, httpPort, udpPorts }: Aim): Target {
  return {
    http: (channel) => `http://${channel}.${context}.${domain}:${httpPort}/`,
    stun: (channel) => `stun:127.0.0.1:${udpPorts[`${channel}.${context}`]}`,
    quic: (channel) => `https://${channel}.${context}.${domain}:${udpPorts[`${channel}.${context}`]}/`,
  };
}
