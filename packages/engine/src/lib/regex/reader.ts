/** Reads a pattern code point by code point. */
export class PatternReader {
  readonly #pattern: string;
  #position = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#pattern.length;
  }

  /** The character that comes next; '' at the end. */
  get next(): string {
    return this.#pattern[this.#position] ?? '';
  }

  /** The character after the next one. */
  get second(): string {
    return this.#pattern[this.#position + 1] ?? '';
  }

  /** Reads one code point; call only before the end. */
  read(): number {
    const point = this.#pattern.codePointAt(this.#position) ?? 0;
    this.#position += point > 0xffff ? 2 : 1;
    return point;
  }

  take(char: string): boolean {
    if (this.next !== char) {
      return false;
    }
    this.#position += char.length;
    return true;
  }

  /** Reads what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#position;
    const match = expression.exec(this.#pattern);
    if (match !== null) {
      this.#position = expression.lastIndex;
    }
    return match;
  }

  since(start: number): string {
    return this.#pattern.slice(start, this.#position);
  }

  from(start: number): string {
    return this.#pattern.slice(start);
  }
}
