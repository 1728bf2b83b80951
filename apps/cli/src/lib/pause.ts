import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after a while, or when the signal is aborted, at once when it is already. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects for no other reason than the signal.
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
