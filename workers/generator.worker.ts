import '../src/prelude.ts';
import { GeneratorService } from './generatorService.ts';
import { openKept, useOwnRuntime } from './modelRuntime.ts';
import { serve } from './serve.ts';

useOwnRuntime();
serve(new GeneratorService(openKept));
