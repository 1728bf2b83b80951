/**
 * What `step` gives; rejects with the signal's reason when that is aborted first, and does not begin when it is already.
 * A step that was begun goes on unseen then: whoever waited for it ends what it holds.
 */
export async function unlessAborted<T>(signal: AbortSignal, step: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(signal.reason as Error);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([step(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What `work` gives, or `early` when it ended since the signal was aborted: that is no failure of a start. */
export async function orEarly<T>(signal: AbortSignal, early: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted && error === signal.reason) {
      return early;
    }
    throw error;
  }
}
