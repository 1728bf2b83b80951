import { closeSync, writeSync } from 'node:fs';

/** Ends the wait of a thread that blocks for events: it has been sent a message. */
export class Bell {
  /** An eventfd. */
  #fd: number | null = null;
  readonly #one = new Uint8Array(BigUint64Array.of(1n).buffer);

  /** From here on the descriptor belongs to this bell. */
  hang(fd: number): void {
    this.#fd = fd;
  }

  /** Does nothing while there is no descriptor: then nobody blocks. */
  ring(): void {
    if (this.#fd !== null) {
      writeSync(this.#fd, this.#one);
    }
  }

  /** To be called when the other thread has ended; another file may have the descriptor's number afterwards. */
  close(): void {
    if (this.#fd !== null) {
      closeSync(this.#fd);
      this.#fd = null;
    }
  }
}
