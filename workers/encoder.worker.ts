import { expose } from 'comlink';
import { EncoderService } from './encoderService.ts';

expose(new EncoderService());
