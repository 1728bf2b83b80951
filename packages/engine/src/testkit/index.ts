export * from './event-bytes.ts';
export * from './event.ts';
export * from './fields.ts';
export * from './state.ts';
