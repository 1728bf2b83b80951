/** Which word is in which row, in two columns that grow: there are hundreds of thousands for a segment. */
export class Postings {
  readonly #numbers = new Map<string, number>();
  #counts = new Uint32Array(1024);
  /** The row of a word that was added last, plus one. */
  #lastRows = new Uint32Array(1024);
  #words = new Uint32Array(16_384);
  #rows = new Uint32Array(16_384);
  #length = 0;

  /** Rows are added in order; a word that a row has already is not added again. */
  add(word: string, row: number): void {
    const number = this.#numberOf(word);
    if (this.#lastRows[number] === row + 1) {
      return;
    }
    this.#lastRows[number] = row + 1;
    this.#counts[number] = (this.#counts[number] as number) + 1;
    if (this.#length === this.#rows.length) {
      this.#words = grown(this.#words);
      this.#rows = grown(this.#rows);
    }
    this.#words[this.#length] = number;
    this.#rows[this.#length++] = row;
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) {
      return known;
    }
    const number = this.#numbers.size;
    if (number === this.#counts.length) {
      this.#counts = grown(this.#counts);
      this.#lastRows = grown(this.#lastRows);
    }
    this.#numbers.set(ownText(word), number);
    return number;
  }

  /** Words in order, each with its rows in order. */
  *sorted(): Generator<readonly [word: string, rows: Uint32Array]> {
    const ends = new Uint32Array(this.#numbers.size);
    let end = 0;
    for (let number = 0; number < ends.length; number++) {
      ends[number] = end;
      end += this.#counts[number] as number;
    }
    const rows = new Uint32Array(this.#length);
    for (let at = 0; at < this.#length; at++) {
      const number = this.#words[at] as number;
      const place = ends[number] as number;
      rows[place] = this.#rows[at] as number;
      ends[number] = place + 1;
    }
    for (const word of [...this.#numbers.keys()].sort()) {
      const number = this.#numbers.get(word) as number;
      const last = ends[number] as number;
      yield [word, rows.subarray(last - (this.#counts[number] as number), last)];
    }
  }

  clear(): void {
    this.#numbers.clear();
    this.#counts.fill(0);
    this.#lastRows.fill(0);
    this.#length = 0;
  }
}

function grown(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * column.length);
  larger.set(column);
  return larger;
}

/** V8 makes a part of a text by pointing into it, from 13 characters on: a few words would keep all texts in memory. */
function ownText(part: string): string {
  return part.length < 13 ? part : Buffer.from(part).toString();
}
