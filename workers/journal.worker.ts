import '../src/prelude.ts';
import { JournalService } from './journalService.ts';
import { serve } from './serve.ts';

serve(new JournalService());
