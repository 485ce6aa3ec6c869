import { expose } from 'comlink';
import { ImporterService } from './importerService.ts';

expose(new ImporterService());
