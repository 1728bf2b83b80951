/** Breaks a text into lines of at most `width` characters at blanks. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A name and its description in two columns, the second wrapped; a long name has its own line. */
export function entry(name: string, description: string, nameWidth: number, textWidth: number): string {
  const [first = '', ...rest] = wrap(description, textWidth);
  const head =
    name.length < nameWidth
      ? `${name.padEnd(nameWidth)}${first}`
      : `${name}\n${' '.repeat(nameWidth)}${first}`;
  return [head, ...rest.map((line) => ' '.repeat(nameWidth) + line)]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}
