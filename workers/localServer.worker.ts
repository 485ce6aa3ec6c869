import '../src/prelude.ts';
import { LocalServerService } from './localServerService.ts';
import { serve } from './serve.ts';

serve(
  new LocalServerService({
    fetch: (address, options) => fetch(address, options),
    origin: location.origin,
  }),
);
