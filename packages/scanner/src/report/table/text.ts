import { stripVTControlCharacters } from 'node:util';
import type { Severity } from '../../model/index.ts';

/** Text of an artifact or advisory made harmless for a terminal: no control characters, no escape sequences. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}|\p{Cf}/gu, '')
    .trim();
}

/** Columns that a text takes; those of East Asia and pictures take two. */
export function widthOf(text: string): number {
  // Most texts are of one width, and counting their units is enough.
  if (/^[\u{20}-\u{2fff}]*$/u.test(text)) {
    return text.length;
  }
  let width = 0;
  for (const character of text) {
    width += /\p{Mn}/u.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }
  return width;
}

const wide =
  /[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{1f300}-\u{1faff}]/u;

/** Lines of at most `width` columns, broken at spaces where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** A word that is too long for a line, in parts. */
function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) {
    return [word];
  }
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (widthOf(part) + widthOf(character) > width && part !== '') {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

/** At most `width` columns, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  return widthOf(text) <= width ? text : `${pieces(text, Math.max(1, width - 1))[0] ?? ''}…`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Colours of a terminal, or none. */
export interface Paint {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const codes: Readonly<Record<Severity, string>> = {
  CRITICAL: '1;97;41',
  HIGH: '1;31',
  MEDIUM: '33',
  LOW: '34',
  UNKNOWN: '36',
};

export function paint(hasColours: boolean): Paint {
  const style = (code: string, text: string): string =>
    hasColours ? `\u{1b}[${code}m${text}\u{1b}[0m` : text;
  return {
    severity: (severity, text) => style(codes[severity], text),
    strong: (text) => style('1', text),
    faint: (text) => style('2', text),
  };
}
