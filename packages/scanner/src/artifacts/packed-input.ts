/** Chunks of a source, the end of the last of which may be put back. Each is valid until the next is asked for. */
export class PackedInput {
  readonly #iterator: AsyncIterator<Buffer>;
  #back: Buffer | null = null;

  constructor(source: AsyncIterable<Buffer>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** null at the end. */
  async next(): Promise<Buffer | null> {
    const back = this.#back;
    if (back !== null) {
      this.#back = null;
      return back;
    }
    const next = await this.#iterator.next();
    return next.done === true ? null : next.value;
  }

  putBack(bytes: Buffer): void {
    this.#back = bytes.length === 0 ? null : bytes;
  }

  /** At least so many bytes of what comes, if there are so many; they stay. */
  async peek(count: number): Promise<Buffer> {
    let head = (await this.next()) ?? Buffer.alloc(0);
    while (head.length < count) {
      // The memory of what came before may be used again.
      head = Buffer.from(head);
      const next = await this.next();
      if (next === null) {
        break;
      }
      head = Buffer.concat([head, next]);
    }
    this.putBack(head);
    return head;
  }

  /** Passes over bytes; false when there are not so many. */
  async skip(count: number): Promise<boolean> {
    const head = await this.peek(count);
    this.putBack(head.subarray(count));
    return head.length >= count;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
