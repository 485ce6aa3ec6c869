import '../src/prelude.ts';
import { TrainerService } from './trainerService.ts';
import { serve } from './serve.ts';

serve(new TrainerService());
