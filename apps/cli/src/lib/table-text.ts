import { paint } from './colour.ts';

/** Columns under heads, each as wide as its widest cell. */
export function tableText(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  colour: boolean,
): string {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [paint(line(heads.map((head) => head.toUpperCase())), colour, 'dim'), ...rows.map(line)]
    .map((text) => `${text}\n`)
    .join('');
}
