import { expose } from 'comlink';
import { JournalService } from './journalService.ts';

expose(new JournalService());
