import { storeContract } from '../store/store.contract.ts';
import { openMemoryStore } from './memory-store.ts';

storeContract('memory', openMemoryStore);
