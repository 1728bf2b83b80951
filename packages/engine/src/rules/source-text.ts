import { endOfFile, type Mark, newlineOf } from './yaml/cursor.ts';

/** A place in a text: all three from 0, columns and offsets in bytes. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** Snippets show at most so many bytes of a line. */
const snippetWidth = 160;

/** A rule file's text, with what is needed to say where something stands in it. */
export class SourceText {
  /** File name as it was given. */
  readonly name: string;
  /** Bytes of the file (latin1) without a byte order mark. */
  readonly text: string;
  #lineStarts: readonly number[] | null = null;

  constructor(name: string, content: string) {
    this.name = name;
    this.text = content.startsWith('\xef\xbb\xbf') ? content.slice(3) : content;
  }

  position(mark: Mark): TextPosition {
    const offset = mark === endOfFile ? this.text.length : mark;
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low, column: mark === endOfFile ? 0 : offset - (starts[low] ?? 0), offset };
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === null) {
      const newline = String.fromCharCode(newlineOf(this.text));
      const starts = [0];
      for (let at = this.text.indexOf(newline); at >= 0; at = this.text.indexOf(newline, at + 1)) {
        starts.push(at + 1);
      }
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }
}

/** The line around an offset and below it a line with a `^` under the place; long lines are cut at `...`. */
export function snippetOf(text: string, offset: number): string {
  const nothing = '<No context available>\n';
  if (text === '') {
    return nothing;
  }
  // Places behind the end, and on a line break, show what stands before them.
  let at = offset;
  while (at > 0 && (at >= text.length || text.charAt(at) === '\n')) {
    at = at > text.length ? text.length : at - 1;
  }
  const half = snippetWidth / 2;
  let from = at;
  while (from > 0 && text.charAt(from) !== '\n' && at - from < half) {
    from--;
  }
  let to = at;
  while (to < text.length - 1 && text.charAt(to) !== '\n' && to - at < half) {
    to++;
  }
  from += text.charAt(from) === '\n' ? 1 : 0;
  to -= text.charAt(to) === '\n' ? 1 : 0;
  let line = text.slice(from, to + 1);
  if (line === '') {
    return nothing;
  }
  if (at - from >= half) {
    line = `...${line.slice(3)}`;
  }
  if (to - at >= half) {
    line = `${line.slice(0, -3)}...`;
  }
  return at - from <= line.length ? `${line}\n${' '.repeat(at - from)}^\n` : `${line}\n`;
}
