export { addressOf } from './repository.ts';
export { pomCache } from './pom-cache.ts';
export { mirrorKey, usableMirrors } from './mirrors.ts';
export { mavenCentral, PomFetcher, type PomFetcherOptions } from './pom-fetcher.ts';
export { proxyVariables } from './proxies.ts';
export type { FetchPoms } from './remote-poms.ts';
export { readMavenSettings, settingsRepositories } from './settings.ts';
export type { WantedPom } from './wanted-pom.ts';
