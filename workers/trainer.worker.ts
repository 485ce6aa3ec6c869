import { expose } from 'comlink';
import { TrainerService } from './trainerService.ts';

expose(new TrainerService());
