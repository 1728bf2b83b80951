export {
  type AlertMessage,
  type Audience,
  type ClientTls,
  defineDestination,
  type Destination,
  type DestinationEffects,
  type DestinationSettings,
  type EventMessage,
  type OpenDestination,
  type SidekickPlace,
} from './destination.ts';
export { destinations } from './destinations/registry.gen.ts';
export { OutputHub } from './hub.ts';
export { nodeEffects } from './node-effects.ts';
export { DestinationQueue, type QueueOptions, type QueueStats } from './queue.ts';
export {
  counterFamily,
  exposition,
  gaugeFamily,
  type MetricFamily,
  metricName,
  metricsContentType,
} from './metrics/exposition.ts';
export {
  falcoFamilies,
  type FalcoMetricsInput,
  type KernelCounters,
  type NamedValue,
  type ResourceUse,
  type RuleCount,
} from './metrics/falco.ts';
export { startWebServer, type WebReceiver, type WebRoute } from './web-server.ts';
export type {
  AlertGroup,
  AlertPage,
  AlertStore,
  AppendResult,
  BatchOrigin,
  FacetCount,
  GroupComment,
  GroupTriage,
  HistogramBucket,
  TriageAction,
} from './store/alert-store.ts';
export type { DeadLetter, DeliveryState, DeliveryStore } from './store/delivery-store.ts';
export type {
  AuditEntry,
  AuditLog,
  DocumentKind,
  DocumentStore,
  StoredDocument,
} from './store/document-store.ts';
export {
  type EvidenceRow,
  type EvidenceStore,
  type Finding,
  type FindingChange,
  type FindingFacet,
  findingFacets,
  type FindingQuery,
  type FindingStore,
  type Interval,
  type ScannedArtifact,
  type ScanPart,
  type StoredFinding,
} from './store/finding-store.ts';
export type { Retention, Store, StoreHealth } from './store/store.ts';
export { lockStore, type StoreLock } from './store/sqlite/lock.ts';
export { defaultRetention, openSqliteStore, type SqliteStoreOptions } from './store/sqlite/open.ts';
export type { Acceptance } from './store/finding-store.ts';
export { AlertTail } from './alert-tail.ts';
export { Delivery, type DeliveryOptions, type DeliveryStatus, messageOf } from './delivery/delivery.ts';
export { AlertWriter, type AlertWriterOptions, type Holder } from './intake/alert-writer.ts';
export { type Listening, listenOn, type ListenPlace } from './lib/listen-on.ts';
export { testRule } from './intake/decode.ts';
export { type Enrichment, enrichmentOf } from './intake/enrich.ts';
export { EventIntake } from './intake/event-intake.ts';
export { fingerprintOf, UlidSource, workloadOf } from './intake/identity.ts';
export { type IntakeServerOptions, type ServerTls, startIntakeServer } from './intake/intake-server.ts';
export { SidekickMetrics } from './metrics/sidekick.ts';
export { loadSidekickConfig, type LoadedSidekickConfig } from './sidekick-config/load.ts';
export { SidekickConfig } from './sidekick-config/sidekick-config.ts';
export { Calm, type CalmSettings, tellAll, usualCalm } from './calm/calm.ts';
export { Silences } from './calm/silences.ts';
export { DestinationSet } from './delivery/destination-set.ts';
export { type Principal, type Token, Tokens } from './server/tokens.ts';
export { FirstRun } from './server/first-run.ts';
export { OidcProvider } from './oidc/provider.ts';
export { type OidcSettings, readOidcSettings } from './oidc/settings.ts';
export { Passwords } from './server/passwords.ts';
export { SavedViews } from './server/saved-views.ts';
export { type Session, Sessions } from './server/sessions.ts';
export { type User, Users } from './server/users.ts';
export type { ExceptionProposal } from './calm/exceptions.ts';
export { exceptionText } from './calm/exceptions.ts';
export { savedExceptions } from './calm/saved-exceptions.ts';
export { Turns } from './lib/turns.ts';
export {
  packError,
  type ThreadAnswer,
  ThreadClient,
  type ThreadMethods,
  type ThreadRequest,
} from './store/sqlite/rpc.ts';
