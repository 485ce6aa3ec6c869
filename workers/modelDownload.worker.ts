import '../src/prelude.ts';
import { ModelDownloadService } from './modelDownloadService.ts';
import { ModelShelf } from './modelShelf.ts';
import { serve } from './serve.ts';

serve(
  new ModelDownloadService({
    fetch: (address, options) => fetch(address, options),
    openShelf: () => ModelShelf.open(),
    locks: navigator.locks,
  }),
);
