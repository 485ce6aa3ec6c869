/** What a person waits for every day: reading a text, ranking candidates, learning from one more judgment. */
import type { Backend } from '../../../src/compute/backend.ts';
import { createRandom, type Random } from '../../../src/core/random.ts';
import { rankCandidates } from '../../../src/core/ranking.ts';
import { builtinEncoder } from '../../../src/encoder/builtin/builtinEncoder.ts';
import { scoreCandidates } from '../../../src/training/scoreCandidates.ts';
import { trainRewardHead } from '../../../src/training/trainRewardHead.ts';
import type { TrainingData } from '../../../src/training/trainingData.ts';

const FEATURES = 174;
const CANDIDATES = 8;
const WORDS = 200;

const VOCABULARY =
  `a about after again all also always and any as ask at be because before better bread but by can careful change
  clear cold come could day different do each early easy enough even every example explain few find first for from
  garden gently get give go good great had has have heat help here honest how however I idea if in instead into is it
  just keep kind know large later learn less let like little long look make many maybe measure might minutes more most
  much need never new next no not now number of often on once one only or other our out over people perhaps place plan
  please possible question quite rather reason remember right river said same say second see several she should simple
  slowly small so some something sometimes start still such sure take than that the their them then there these they
  thing think this those though three through time to together too try two under until up usually very wait want warm
  was water way we well were what when where which while who why will window with without work would write yeast yes
  yet you your`.split(/\s+/u);

/** Sentences, commas, now and then a list item or a bold word. */
export function writeText(random: Random, length: number): string {
  const words = Array.from({ length }, (_, i) => {
    const word = VOCABULARY[random.integer(VOCABULARY.length)];
    const draw = random.next();
    if (draw < 0.02) return `**${word}**`;
    if (draw < 0.04) return `${word}.\n\n- Item ${i}:`;
    if (draw < 0.1) return `${word}. So`;
    return draw < 0.16 ? `${word},` : word;
  });
  return `${words.join(' ')}.`;
}

/** @returns median over rounds of microseconds per text of 200 words */
export function encoderMicroseconds(): number {
  const random = createRandom(7);
  const inputs = Array.from({ length: 200 }, () => ({
    prompt: 'How do I bake bread without yeast?',
    response: writeText(random, WORDS),
  }));
  for (const input of inputs) builtinEncoder.measure(input);
  const perRound = Array.from({ length: 5 }, () => {
    const started = performance.now();
    for (const input of inputs) builtinEncoder.measure(input);
    return ((performance.now() - started) * 1000) / inputs.length;
  });
  return median(perRound);
}

/** @returns candidates ranked per second, features cached, eight to a prompt */
export function candidatesPerSecond(): number {
  const prompts = 2000;
  const random = createRandom(8);
  const features = Float32Array.from({ length: prompts * CANDIDATES * FEATURES }, () => random.next() - 0.5);
  const weights = Float32Array.from({ length: FEATURES }, () => random.normal());
  const perPrompt = CANDIDATES * FEATURES;
  const round = (): void => {
    for (let prompt = 0; prompt < prompts; prompt++) {
      const own = features.subarray(prompt * perPrompt, (prompt + 1) * perPrompt);
      rankCandidates(scoreCandidates({ kind: 'linear', weights }, own, FEATURES), 1);
    }
  };
  round();
  const perRound = Array.from({ length: 5 }, () => {
    const started = performance.now();
    round();
    return performance.now() - started;
  });
  return (prompts * CANDIDATES * 1000) / median(perRound);
}

/** @returns median milliseconds of one training run over 1,000 pairs, folds and all, under the fixed prior */
export async function judgmentMilliseconds(backend: Backend): Promise<number> {
  const data = plantedJudgments(1000);
  const times: number[] = [];
  for (let round = 0; round < 6; round++) {
    const started = performance.now();
    await trainRewardHead(
      backend,
      data,
      { headKind: 'linear', hasFixedPrior: true, seed: 1, lengthControl: 'off' },
      {
        signal: { aborted: false },
        yieldToEvents: () => Promise.resolve(),
        onProgress: () => undefined,
      },
    );
    times.push(performance.now() - started);
  }
  return median(times.slice(1));
}

/** Two responses a prompt, two pairs of a prompt; features with the built-in encoder's total variance of 0.41. */
function plantedJudgments(pairs: number): TrainingData {
  const random = createRandom(9);
  const scale = Math.sqrt(0.41 / FEATURES);
  const features = Float32Array.from({ length: 2 * pairs * FEATURES }, () => random.normal() * scale);
  const reward = Float64Array.from({ length: FEATURES }, () => random.normal());
  const rewardOf = (row: number): number =>
    reward.reduce((sum, weight, column) => sum + weight * features[row * FEATURES + column], 0);
  const chosen = new Uint32Array(pairs);
  const rejected = new Uint32Array(pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const firstWins = rewardOf(2 * pair) > rewardOf(2 * pair + 1);
    chosen[pair] = firstWins ? 2 * pair : 2 * pair + 1;
    rejected[pair] = firstWins ? 2 * pair + 1 : 2 * pair;
  }
  const cue = (): Int8Array<ArrayBuffer> => Int8Array.from({ length: pairs }, () => random.integer(3) - 1);
  return {
    features,
    dimension: FEATURES,
    logLengths: Float32Array.from({ length: 2 * pairs }, random.normal),
    rows: { chosen, rejected },
    promptOfPair: Uint32Array.from({ length: pairs }, (_, pair) => pair >> 1),
    weights: new Float32Array(pairs).fill(1),
    targetMargins: new Float32Array(pairs),
    cues: { longer: cue(), first: cue() },
    isControl: new Uint8Array(pairs).fill(1),
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
