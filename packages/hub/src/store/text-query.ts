/** One part of a text that is searched for: it occurs as it stands, as whole words if it is not said otherwise. */
export interface TextTerm {
  /** Folded. */
  readonly text: string;
  /** The last word may go on. */
  readonly prefix: boolean;
  /** The first word may have begun before. */
  readonly within: boolean;
}

/** What makes up words; everything else separates them. */
const wordCharacter = String.raw`[\p{L}\p{N}\p{M}]`;
const word = new RegExp(`${wordCharacter}+`, 'gu');
const asciiWord = /[a-z0-9]+/g;
// eslint-disable-next-line no-control-regex -- it tells ASCII from everything else
const beyondAscii = /[^\u0000-\u007f]/;

/** Texts that differ in case or in how accents are composed become the same. */
export function foldText(text: string): string {
  return beyondAscii.test(text)
    ? // A Greek sigma at the end of a word has a form of its own.
      text.toWellFormed().normalize('NFC').toLowerCase().replaceAll('ς', 'σ')
    : text.toLowerCase();
}

/** The words of a folded text, in order. */
export function wordsOf(folded: string): readonly string[] {
  return folded.match(beyondAscii.test(folded) ? word : asciiWord) ?? [];
}

/** Reads the language of `AlertQuery.text`. Anything can be read; no terms match everything. */
export function parseText(text: string): readonly TextTerm[] {
  const terms: TextTerm[] = [];
  for (const [, quoted, plain = ''] of text.replaceAll('\0', ' ').matchAll(/"([^"]*)"?|(\S+)/g)) {
    const prefix = quoted === undefined && plain.endsWith('*');
    const folded = foldText(quoted ?? plain.replace(/\*+$/, ''));
    if (folded.trim() !== '') {
      terms.push({ text: folded, prefix, within: false });
    }
  }
  return terms;
}

/** Reads `AlertQuery.contains`. */
export function parseContained(text: string): readonly TextTerm[] {
  const folded = foldText(text.replaceAll('\0', ' '));
  return folded === '' ? [] : [{ text: folded, prefix: true, within: true }];
}

/** Tells whether a term occurs in a folded text. */
export function termTest({ text, prefix, within }: TextTerm): (folded: string) => boolean {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const starts = !within && new RegExp(`^${wordCharacter}`, 'u').test(text) ? `(?<!${wordCharacter})` : '';
  const ends = !prefix && new RegExp(`${wordCharacter}$`, 'u').test(text) ? `(?!${wordCharacter})` : '';
  const pattern = new RegExp(starts + escaped + ends, 'u');
  return (folded) => pattern.test(folded);
}
