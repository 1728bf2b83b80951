export { alertGenerator, type AlertGeneratorOptions } from './alert-generator.ts';
export { openMemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { sampleAlerts } from './sample-alerts.ts';
