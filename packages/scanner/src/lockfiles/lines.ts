/** The lines of a text with their numbers, from 1, without line ends. */
export function* numberedLines(text: string): Generator<readonly [line: string, number: number]> {
  let number = 0;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start);
    if (end === -1) {
      end = text.length;
    }
    const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    yield [line, ++number];
    start = end + 1;
  }
}

/** A range of one line. */
export function oneLine(line: number): { startLine: number; endLine: number } {
  return { startLine: line, endLine: line };
}
