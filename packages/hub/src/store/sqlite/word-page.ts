/** One word of a page of the index, and the rows that have it. */
export interface WordEntry {
  readonly word: string;
  readonly rows: readonly number[];
}

/**
 * The entries of an unpacked page, as `WordIndexBuilder` writes them: length of the word, word, kind and length of the
 * rows, rows. Throws for what is none.
 */
export function* wordEntries(bytes: Buffer): Generator<WordEntry> {
  const reader = new PageReader(bytes);
  while (!reader.atEnd) {
    const word = reader.take(reader.byte()).toString();
    const asBits = reader.byte() === 1;
    const packed = reader.take(reader.number());
    yield { word, rows: asBits ? rowsOfBits(packed) : rowsOfSteps(packed) };
  }
}

class PageReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) {
      throw new Error('it ends too early');
    }
    return byte;
  }

  /** Seven bits a byte, the lowest first. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        return value;
      }
    }
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) {
      throw new Error('it ends too early');
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function rowsOfBits(bytes: Buffer): number[] {
  const rows: number[] = [];
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) {
      if ((byte & (1 << bit)) !== 0) {
        rows.push(8 * index + bit);
      }
    }
  }
  return rows;
}

function rowsOfSteps(bytes: Buffer): number[] {
  const reader = new PageReader(bytes);
  const rows: number[] = [];
  for (let row = 0; !reader.atEnd;) {
    row += reader.number();
    rows.push(row);
  }
  return rows;
}
