import type { EventView } from '@lanner/engine';

/** Whether the event's call has failed; false for those that return nothing. */
export function hasFailed(event: EventView): boolean {
  const { resultParam } = event.info;
  return resultParam >= 0 && event.has(resultParam) && event.i64(resultParam) < 0;
}

/** ns since 1970 of ms since 1970. */
export function toNs(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}
