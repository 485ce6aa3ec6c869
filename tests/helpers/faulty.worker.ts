/**
 * A trainer that has an accident at some report or question to a person: the name of its worker says which and when,
 * as in `throws@2`.
 */
import { serve } from '../../workers/serve.ts';
import type { TrainerApi } from '../../workers/trainerApi.ts';
import { TrainerService } from '../../workers/trainerService.ts';

export const ACCIDENTS = ['throws', 'rejects', 'closes itself', 'loops for ever'] as const;
export type Accident = (typeof ACCIDENTS)[number];

const [kind, at] = self.name.split('@') as [Accident | '', string | undefined];

function haveAccident(): void {
  if (kind === 'throws') {
    setTimeout(() => {
      throw new Error('thrown on purpose');
    });
  }
  if (kind === 'rejects') void Promise.reject(new Error('rejected on purpose'));
  if (kind === 'closes itself') self.close();
  if (kind === 'loops for ever') for (;;);
}

class FaultyTrainer extends TrainerService {
  override train(...[request, onProgress, onCheckpoint]: Parameters<TrainerApi['train']>) {
    let reports = 0;
    return super.train(
      request,
      (progress) => {
        onProgress(progress);
        if (++reports === Number(at)) haveAccident();
      },
      onCheckpoint,
    );
  }

  override watch(...[request, answer]: Parameters<TrainerApi['watch']>) {
    let questions = 0;
    return super.watch(request, (step) => {
      if (++questions === Number(at)) haveAccident();
      return answer(step);
    });
  }
}

serve(new FaultyTrainer());
