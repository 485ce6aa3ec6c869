/** The tiny encoder as a person chooses it. */
import type { SentenceChoice } from '../../../src/core/sentenceModel.ts';
import { ENCODER_POSITIONS, ENCODER_WIDTH } from './tinyEncoder.ts';

export const tinyChoice: SentenceChoice = {
  model: {
    name: 'Tiny',
    source: 'palate/tiny-encoder',
    commit: '0123456789abcdef0123456789abcdef01234567',
    weights: 'fp32',
    dimension: ENCODER_WIDTH,
    pooling: 'mean',
    promptPrefix: '',
    responsePrefix: '',
    maxTokens: ENCODER_POSITIONS,
  },
  longTexts: 'cut',
};
