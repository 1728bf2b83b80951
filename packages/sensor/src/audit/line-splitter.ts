import { latin1 } from '../capture/latin1.ts';

/** One line of the input as a byte string, without its end; null for one that was longer than allowed. */
export interface Line {
  readonly text: string | null;
  /** From 1. */
  readonly number: number;
}

const lineFeed = 0x0a;
const byteOrderMark = '\xef\xbb\xbf';

/** Cuts bytes that come in chunks into lines. Keeps no more than one line of the allowed length. */
export class LineSplitter {
  readonly #maxBytes: number;
  #number = 1;
  /** What has come of the line at hand; null once it is too long. */
  #rest: string | null = '';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in the chunk. */
  *push(chunk: Uint8Array): Generator<Line, void> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, from);
      if (end < 0) {
        this.#append(chunk, from, chunk.length);
        return;
      }
      this.#append(chunk, from, end);
      from = end + 1;
      yield this.#take();
    }
  }

  /** The last line, where the input does not end with a line feed. */
  *end(): Generator<Line, void> {
    if (this.#rest !== '') {
      yield this.#take();
    }
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    if (this.#rest === null || this.#rest.length + to - from > this.#maxBytes) {
      this.#rest = null;
    } else if (to > from) {
      this.#rest += latin1(chunk, from, to);
    }
  }

  #take(): Line {
    const number = this.#number++;
    const text =
      number === 1 && this.#rest?.startsWith(byteOrderMark) === true ? this.#rest.slice(3) : this.#rest;
    this.#rest = '';
    return { text, number };
  }
}
