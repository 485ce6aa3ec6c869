import '../src/prelude.ts';
import { EmbedderService } from './embedderService.ts';
import { openKept, useOwnRuntime } from './modelRuntime.ts';
import { serve } from './serve.ts';

useOwnRuntime();
serve(new EmbedderService(openKept));
