import { createMemoryStorage } from '../../src/storage/memoryStorage.ts';
import { describeStorageContract } from '../helpers/storageContract.ts';

describeStorageContract('The storage in memory', async () => createMemoryStorage());
