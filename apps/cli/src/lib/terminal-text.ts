// eslint-disable-next-line no-control-regex -- sequences of colours take no room
const colourOr = /\u001b\[[\d;]*m|[^]/gu;
/** What a terminal would obey or what would turn the order of text around, and marks that hide. */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const narrow = /\p{Mn}|\p{Me}|\p{Variation_Selector}|\p{Join_Control}/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Text from elsewhere, such as the command line of a process, without what could take over a terminal. */
export function plainText(text: string): string {
  return text.replace(unprintable, '\ufffd');
}

/** How many columns of a terminal a text takes; colours take none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const [unit] of text.matchAll(colourOr)) {
    columns += widthOf(unit);
  }
  return columns;
}

/** A text that takes at most so many columns; what is cut ends in `…`, and colours with it. */
export function fit(text: string, columns: number): string {
  if (columnsOf(text) <= columns) {
    return text;
  }
  let cut = '';
  let room = columns - 1;
  for (const [unit] of text.matchAll(colourOr)) {
    room -= widthOf(unit);
    if (room < 0) {
      break;
    }
    cut += unit;
  }
  return `${cut}…${cut.includes('\u001b') ? '\u001b[0m' : ''}`;
}

/** Lines of at most so many columns, broken between words where possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function widthOf(unit: string): number {
  if (unit.startsWith('\u001b') || narrow.test(unit)) {
    return 0;
  }
  return wide.test(unit) ? 2 : 1;
}
