/**
 * What other trainers read: judged pairs for DPO and winners for supervised fine-tuning, one JSON object a line, in the
 * conversational forms of TRL (https://huggingface.co/docs/trl/dataset_formats): "preference with explicit prompt", and
 * "language modeling" with `messages`, which OpenAI's fine-tuning takes as well.
 */
import type { Message } from '../core/preference.ts';
import { jsonLines } from './jsonLines.ts';

/** `{"prompt": […], "chosen": […], "rejected": […]}`; without `prompt` where there is none. */
export function dpoJsonLines(
  pairs: readonly {
    readonly prompt: readonly Message[];
    readonly chosen: string;
    readonly rejected: string;
  }[],
): string {
  return jsonLines(
    pairs.map(({ prompt, chosen, rejected }) => ({
      ...(prompt.length > 0 && { prompt: plain(prompt) }),
      chosen: [answer(chosen)],
      rejected: [answer(rejected)],
    })),
  );
}

/** `{"messages": […]}`, the answer last. */
export function sftJsonLines(
  answers: readonly { readonly prompt: readonly Message[]; readonly text: string }[],
): string {
  return jsonLines(answers.map(({ prompt, text }) => ({ messages: [...plain(prompt), answer(text)] })));
}

function answer(content: string): Message {
  return { role: 'assistant', content };
}

function plain(messages: readonly Message[]): Message[] {
  return messages.map(({ role, content }) => ({ role, content }));
}
