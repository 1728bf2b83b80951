export { BoltBucket, type BoltEntry } from './bucket.ts';
export { BoltDatabase, type BoltOptions } from './database.ts';
export { type ByteSource, fileSource, memorySource } from './source.ts';
export { type BoltContent, writeBolt, writeBoltFile } from './writer.ts';
