import { type Cursor, isGap, syntaxError } from './cursor.ts';

/** Reads `&name` or `*name` and gives the name. */
export function scanName(cursor: Cursor, kind: 'alias' | 'anchor'): string {
  const from = ++cursor.pos;
  while (!isGap(cursor.code()) && !'[]{},'.includes(cursor.text.charAt(cursor.pos))) {
    cursor.pos++;
  }
  if (cursor.pos === from) {
    throw syntaxError(`${kind} not found after ${kind === 'alias' ? '*' : '&'}`, cursor.pos);
  }
  if (!isGap(cursor.code()) && !',]}'.includes(cursor.text.charAt(cursor.pos))) {
    throw syntaxError(`illegal character found while scanning ${kind}`, cursor.pos);
  }
  return cursor.text.slice(from, cursor.pos);
}

/** Moves behind a tag such as `!!str` or `!<tag:yaml.org,2002:str>`. */
export function skipTag(cursor: Cursor): void {
  cursor.pos++;
  if (cursor.text.charAt(cursor.pos) !== '<') {
    const tag = /[\w\-#;/?:@&=+$.~*'()%!]*/y;
    tag.lastIndex = cursor.pos;
    cursor.pos += tag.exec(cursor.text)?.[0].length ?? 0;
    return;
  }
  while (!isGap(cursor.code()) && cursor.text.charAt(cursor.pos) !== '>') {
    cursor.pos++;
  }
  if (cursor.text.charAt(cursor.pos) !== '>') {
    throw syntaxError('end of verbatim tag not found', cursor.pos);
  }
  cursor.pos++;
}
