/** Rows of a segment, or other small numbers, a bit for each. */
export class RowSet {
  readonly #bits: Uint8Array;

  constructor(rows: number) {
    this.#bits = new Uint8Array((rows + 7) >> 3);
  }

  /** False for what is beyond its size. */
  has(row: number): boolean {
    return (((this.#bits[row >> 3] as number) >> (row & 7)) & 1) === 1;
  }

  add(row: number): void {
    this.#bits[row >> 3] = (this.#bits[row >> 3] as number) | (1 << (row & 7));
  }

  get bytes(): number {
    return this.#bits.length;
  }
}
