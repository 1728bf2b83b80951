export { type AdvisoryDatabase, BucketDatabase } from './advisory-database.ts';
export { boltStore, type BucketStore } from './bucket-store.ts';
export { type BuildOptions, collectAdvisories } from './build/build.ts';
export { type AdvisoryCollector, type ImportCounts } from './build/collector.ts';
export { type SourceFile, sourceFiles } from './build/source-files.ts';
export { combinedDatabase } from './combined-database.ts';
export { type JavaDatabase, openJavaDatabase } from './java-database.ts';
export { exportDatabases, importDatabases } from './local/bundle.ts';
export {
  advisoryCache,
  type CachedDatabase,
  inventoryFile,
  javaCache,
  localDatabase,
  openAdvisories,
  ownDatabase,
} from './local/cache-folder.ts';
export { fetchDatabase, type FetchOptions } from './local/fetch-database.ts';
export {
  advisoryUpdates,
  type DatabaseMetadata,
  javaUpdates,
  needsUpdate,
  parseMetadata,
  printMetadata,
} from './metadata.ts';
export type { Advisory } from './records.ts';
