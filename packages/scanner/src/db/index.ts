export { type AdvisoryDatabase, BucketDatabase } from './advisory-database.ts';
export { boltStore, type BucketStore } from './bucket-store.ts';
export {
  advisoryUpdates,
  type DatabaseMetadata,
  javaUpdates,
  needsUpdate,
  parseMetadata,
  printMetadata,
} from './metadata.ts';
export type { Advisory } from './records.ts';
