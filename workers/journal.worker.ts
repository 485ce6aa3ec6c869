import { JournalService } from './journalService.ts';
import { serve } from './serve.ts';

serve(new JournalService());
