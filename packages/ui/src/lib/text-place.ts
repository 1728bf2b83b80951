/** A stretch of a text, by offsets. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a line begins and ends; both count from 1, and what is beyond the end is the end. */
export function lineAt(text: string, line: number): Stretch {
  let start = 0;
  for (let i = 1; i < line; i++) {
    const next = text.indexOf('\n', start);
    if (next < 0) {
      return { start: text.length, end: text.length };
    }
    start = next + 1;
  }
  const end = text.indexOf('\n', start);
  return { start, end: end < 0 ? text.length : end };
}

/**
 * The word at a place that is told by line and column, both from 1 and the column in bytes of UTF-8. It has at least one
 * character where the line has one.
 */
export function wordAt(text: string, line: number, column: number): Stretch {
  const { start, end } = lineAt(text, line);
  let at = start;
  for (let bytes = 1; bytes < column && at < end;) {
    const code = text.codePointAt(at) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    at += code < 0x10000 ? 1 : 2;
  }
  if (at >= end) {
    // At the end of the line: its last character, so that there is something to see.
    return { start: Math.max(start, end - 1), end };
  }
  const word = /^[^\s,()[\]]+/.exec(text.slice(at, end));
  return { start: at, end: at + (word?.[0].length ?? 1) };
}

/** Cuts a text at stretches, in order; what overlaps is part of the first. */
export function cutAt<T extends Stretch>(
  text: string,
  stretches: readonly T[],
): readonly { readonly text: string; readonly of: T | null }[] {
  const pieces: { text: string; of: T | null }[] = [];
  let at = 0;
  for (const each of [...stretches].sort((a, b) => a.start - b.start)) {
    if (each.start >= at && each.end > each.start) {
      pieces.push({ text: text.slice(at, each.start), of: null });
      pieces.push({ text: text.slice(each.start, each.end), of: each });
      at = each.end;
    }
  }
  pieces.push({ text: text.slice(at), of: null });
  return pieces;
}

/** The blanks that a line at an offset begins with: what the next one begins with, too. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, offset);
  // What belongs to an item of a list stands below its text.
  return (/^ *(- )?/.exec(line)?.[0] ?? '').replace('-', ' ');
}
