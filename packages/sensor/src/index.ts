export type { CaptureSink, FdRecord, ThreadRecord } from './capture/records.ts';
export type { EventHandler } from './event-handler.ts';
