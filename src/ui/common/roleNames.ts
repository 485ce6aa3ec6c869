/** Who speaks in a conversation, in words. */
import type { Message } from '../../core/preference.ts';

export const roleNames: Readonly<Record<Message['role'], string>> = {
  system: 'System',
  user: 'Person',
  assistant: 'Assistant',
  tool: 'Tool',
};
