import '../src/prelude.ts';
import { EncoderService } from './encoderService.ts';
import { serve } from './serve.ts';

serve(new EncoderService());
