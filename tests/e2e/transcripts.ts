/** Judged transcripts and candidates for end-to-end tests: one rater who likes a reason and dislikes being put off. */

const TASKS = [
  'boil an egg',
  'patch a tyre',
  'thank a host',
  'whistle',
  'clean a keyboard',
  'sharpen a knife',
];
const PLACES = ['at home', 'on a journey', 'in a hurry', 'with a child', 'for the first time'];

const PROMPTS = TASKS.length * PLACES.length;

function requestOf(index: number): string {
  const again = index < PROMPTS ? '' : `, try ${Math.floor(index / PROMPTS)}`;
  return `How do I ${TASKS[index % TASKS.length]} ${PLACES[index % PLACES.length]}${again}?`;
}

function reasoned(index: number): string {
  const end = index % 2 ? ' Then check the result and rest a little.' : '';
  return `Start slowly, because haste spoils it: prepare what you need to ${TASKS[index % TASKS.length]}.${end}`;
}

function putOff(index: number): string {
  const start = index % 3 ? 'That depends.' : 'That depends on many things that nobody can know in advance.';
  return `${start} Perhaps ask someone else ${PLACES[index % PLACES.length]}!`;
}

/**
 * Prompts, each judged once, in the transcript form of the Anthropic HH files.
 * @param slip the prompt whose answers are marked the wrong way round
 */
export function judgedTranscripts({
  prompts = PROMPTS,
  slip,
}: { prompts?: number; slip?: number } = {}): string {
  const lines = Array.from({ length: prompts }, (_, index) => {
    const prompt = `\n\nHuman: ${requestOf(index)}\n\nAssistant: `;
    const answers = [prompt + reasoned(index), prompt + putOff(index)];
    const [chosen, rejected] = index === slip ? answers.reverse() : answers;
    return JSON.stringify({ chosen, rejected });
  });
  return `${lines.join('\n')}\n`;
}

/** Prompts with three answers; the reasoned one stands last. */
export function candidateLines(prompts: number): string {
  const lines = Array.from({ length: prompts }, (_, index) =>
    JSON.stringify({
      id: `row-${index}`,
      prompt: requestOf(index),
      responses: [putOff(index), putOff(index + 1), reasoned(index)],
    }),
  );
  return `${lines.join('\n')}\n`;
}
