import { pad, widthOf, wrap } from './text.ts';

export interface Column {
  readonly title: string;
  /** The widest it gets; what is longer goes on in the next line. */
  readonly max?: number;
  /** Takes the room that the others leave. */
  readonly grows?: boolean;
}

export interface Cell {
  readonly text: string;
  /** Colours the text after it was laid out. */
  readonly paint?: (text: string) => string;
  /** A line of its own below the text. */
  readonly below?: string;
}

/** Rows that belong together are separated from others by a line. */
export type Group = readonly (readonly Cell[])[];

const least = 12;

/** A table with lines around its groups, at most `width` columns wide. */
export function* grid(
  columns: readonly Column[],
  groups: readonly Group[],
  width: number,
): Generator<string> {
  const widths = columnWidths(columns, groups, width);
  const rule = (left: string, middle: string, right: string): string =>
    `${left}${widths.map((one) => '─'.repeat(one + 2)).join(middle)}${right}\n`;
  yield rule('┌', '┬', '┐');
  yield* rowLines(
    columns.map(({ title }) => ({ text: title })),
    widths,
  );
  for (const group of groups) {
    yield rule('├', '┼', '┤');
    for (const row of group) {
      yield* rowLines(row, widths);
    }
  }
  yield rule('└', '┴', '┘');
}

function columnWidths(columns: readonly Column[], groups: readonly Group[], width: number): number[] {
  const widest = columns.map(({ title, max = Infinity }, i) => {
    let most = widthOf(title);
    for (const row of groups.flat()) {
      most = Math.max(most, widthOf(row[i]?.text ?? ''), widthOf(row[i]?.below ?? ''));
    }
    return Math.min(most, Math.max(max, widthOf(title)));
  });
  const frame = columns.length * 3 + 1;
  const growing = columns.findIndex(({ grows }) => grows === true);
  if (growing >= 0) {
    const others = sum(widest) - (widest[growing] ?? 0);
    widest[growing] = Math.max(least, Math.min(widest[growing] ?? 0, width - frame - others));
  }
  return widest;
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) {
    total += number;
  }
  return total;
}

function* rowLines(cells: readonly Cell[], widths: readonly number[]): Generator<string> {
  const columns = widths.map((width, i) => {
    const { text = '', below } = cells[i] ?? {};
    return [...wrap(text, width), ...(below === undefined ? [] : wrap(below, width))];
  });
  const height = Math.max(...columns.map((lines) => lines.length));
  for (let line = 0; line < height; line++) {
    const parts = widths.map((width, i) => {
      const text = pad(columns[i]?.[line] ?? '', width);
      return cells[i]?.paint?.(text) ?? text;
    });
    yield `│ ${parts.join(' │ ')} │\n`;
  }
}
