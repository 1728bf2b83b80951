import { eventId } from '@lanner/engine';

/** By code: event types of system calls and tracepoints that the live sensor does not record, and why. */
export const unrecordedReasons: Readonly<Record<string, string>> = {
  SCHEDSWITCH_6_E: 'a tracepoint that fires thousands of times in a second; no upstream rule names it',
  SIGNALDELIVER_E: 'a tracepoint; kill, tkill and tgkill tell who sends a signal',
  PAGE_FAULT_E: 'a tracepoint that fires thousands of times in a second; no upstream rule names it',
};

/** Their numbers. */
export const unrecordedTypes: ReadonlySet<number> = new Set(Object.keys(unrecordedReasons).map(eventId));
