export type { ReadLimits } from './spool/cursor.ts';
export { type RecordKind, recordKinds, type SpoolItem, type SpoolRecord } from './spool/record.ts';
export { Spool, type SpoolOptions, type SpoolStats } from './spool/spool.ts';
