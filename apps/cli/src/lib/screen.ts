import { columnsOf, fit } from './terminal-text.ts';

export interface ScreenOptions {
  readonly write: (text: string) => void;
  /** Columns of the terminal as it is now. */
  readonly columns: () => number;
}

const clearBelow = '\u001b[J';

/** A terminal with a few lines at its end that are drawn anew, and everything else above them. */
export class Screen {
  readonly #options: ScreenOptions;
  #block: readonly string[] = [];
  /** As they stand on the terminal. */
  #drawn: readonly string[] = [];
  /** Text above that has no end of line yet. */
  #unfinished = '';

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  /** Writes above the block, line by line. */
  above(text: string): void {
    const end = text.lastIndexOf('\n') + 1;
    const whole = this.#unfinished + text.slice(0, end);
    this.#unfinished = end === 0 ? this.#unfinished + text : text.slice(end);
    if (end > 0) {
      this.#options.write(this.#erase() + whole + this.#draw());
    }
  }

  /** Draws the block anew where it differs. */
  show(block: readonly string[]): void {
    this.#block = block;
    const lines = this.#fitted();
    if (lines.length !== this.#drawn.length || lines.some((line, i) => line !== this.#drawn[i])) {
      this.#options.write(this.#erase() + this.#draw());
    }
  }

  /** The last block stays; what follows comes below it. */
  close(): void {
    this.#drawn = [];
    this.#block = [];
    if (this.#unfinished !== '') {
      this.#options.write(`${this.#unfinished}\n`);
      this.#unfinished = '';
    }
  }

  /** A terminal that became narrower has broken the lines. */
  #erase(): string {
    const columns = this.#columns();
    let rows = 0;
    for (const line of this.#drawn) {
      rows += Math.max(1, Math.ceil(columnsOf(line) / columns));
    }
    this.#drawn = [];
    return rows === 0 ? '' : `\r\u001b[${rows}A${clearBelow}`;
  }

  #draw(): string {
    this.#drawn = this.#fitted();
    return this.#drawn.map((line) => `${line}\n`).join('');
  }

  // A line as wide as the terminal would leave the cursor in doubt.
  #fitted(): string[] {
    const columns = this.#columns() - 1;
    return this.#block.map((line) => fit(line, columns));
  }

  #columns(): number {
    return Math.max(20, this.#options.columns());
  }
}
