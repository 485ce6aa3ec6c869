/**
 * Tries the ways out of a page in the browser at hand, and says what shows that each was closed. There is no server to
 * ask whether something arrived, so only a sign counts: an error at once, or the browser's own report of a refusal.
 */
import { CHANNELS, tryChannel, type Target } from './channels.ts';

export type Sign = 'refused' | 'reported' | 'none';

export interface TrialRow {
  readonly channel: string;
  readonly sign: Sign;
}

/** Names that end so belong to nobody, for good (RFC 2606); what got through would find no one there. */
export const NOBODY = 'palate-selfcheck.invalid';

const PATIENCE_MS = 1_500;
const target: Target = {
  http: (channel) => `https://${channel}.${NOBODY}/`,
  stun: (channel) => `stun:${channel}.${NOBODY}:3478`,
  quic: (channel) => `https://${channel}.${NOBODY}/`,
};

/** Ways that would take the page away are left out: the tests try those. */
export async function tryWaysOut(): Promise<readonly TrialRow[]> {
  const reported = new Set<string>();
  const report = ({ blockedURI, effectiveDirective }: SecurityPolicyViolationEvent): void => {
    reported.add(
      blockedURI.includes(NOBODY) ? new URL(blockedURI).hostname.split('.')[0] : effectiveDirective,
    );
  };
  document.addEventListener('securitypolicyviolation', report);
  const channels = CHANNELS.filter(({ contexts, leaves }) => contexts.includes('page') && !leaves);
  const rows = await Promise.all(
    channels.map(async (channel) => ({
      channel: channel.name,
      trial: await tryChannel(channel, target, PATIENCE_MS),
    })),
  );
  document.removeEventListener('securitypolicyviolation', report);
  for (const left of [...document.body.children]) if (left.id !== 'app') left.remove();
  return rows.map(({ channel, trial }) => {
    const isReported =
      reported.has(channel) || (channel === 'style-import' && reported.has('style-src-elem'));
    return { channel, sign: isReported ? 'reported' : trial === 'refused' ? 'refused' : 'none' };
  });
}
