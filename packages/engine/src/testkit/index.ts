export * from './event-bytes.ts';
export * from './event.ts';
export * from './state.ts';
