export { openBench as openApiBench } from './api-bench.ts';
export { alertGenerator, type AlertGeneratorOptions } from './alert-generator.ts';
export { openMemoryStore, type MemoryStoreOptions } from './memory-store.ts';
export { sampleAlerts } from './sample-alerts.ts';
export { hostileEvent, hostileText, messageOf, numberedMessages, sampleEvent } from './events.ts';
export { sectionSettings, type SettingValue } from './settings.ts';
export { closedPort } from './tcp-server.ts';
export { SeededRandom } from './seeded-random.ts';
export { type OidcServer, openOidcServer } from './oidc-server.ts';
