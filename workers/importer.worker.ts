import '../src/prelude.ts';
import { ImporterService } from './importerService.ts';
import { serve } from './serve.ts';

serve(new ImporterService());
