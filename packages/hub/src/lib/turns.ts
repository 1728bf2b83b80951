/** Changes that read what they change: one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** What the work gives; what fails does not stop those behind it. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}
