/** Resolves with a promise that never rejects, or when the signal is aborted. Leaves nothing behind on the signal. */
export function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) {
      done();
      return;
    }
    signal.addEventListener('abort', done);
    void promise.then(done);
  });
}
