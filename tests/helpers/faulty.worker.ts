/**
 * A trainer that has an accident at some report or question to a person: the name of its worker says which and when,
 * as in `throws@2`.
 */
import { serve } from '../../workers/serve.ts';
import type { TrainerApi } from '../../workers/trainerApi.ts';
import { TrainerService } from '../../workers/trainerService.ts';
import { haveAccident, type Accident } from './accidents.ts';

const [kind, at] = self.name.split('@') as [Accident, string] | [''];

class FaultyTrainer extends TrainerService {
  override train(...[request, onProgress, onCheckpoint]: Parameters<TrainerApi['train']>) {
    let reports = 0;
    return super.train(
      request,
      (progress) => {
        onProgress(progress);
        if (++reports === Number(at)) haveAccident(kind as Accident);
      },
      onCheckpoint,
    );
  }

  override watch(...[request, answer]: Parameters<TrainerApi['watch']>) {
    let questions = 0;
    return super.watch(request, (step) => {
      if (++questions === Number(at)) haveAccident(kind as Accident);
      return answer(step);
    });
  }
}

serve(new FaultyTrainer());
