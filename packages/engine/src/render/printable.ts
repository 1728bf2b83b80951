import { fromByteString, toByteString } from '../rules/bytes.ts';

const plain = /^[\x20-\x7e]*$/;
// Control characters and code points that stand for no character.
const unprintable = /[\p{Cc}\p{Noncharacter_Code_Point}]/gu;

/**
 * A byte string as the text that is shown: what is no UTF-8, a control character or a code point without a character
 * becomes U+FFFD, by sequence as the Unicode standard recommends.
 */
export function printableText(bytes: string): string {
  return plain.test(bytes) ? bytes : fromByteString(bytes).replace(unprintable, '\ufffd');
}

/** The first bytes of a text's UTF-8 form; what is left of a character that was cut becomes U+FFFD. */
export function cutText(text: string, bytes: number): string {
  if (plain.test(text)) {
    return text.slice(0, bytes);
  }
  const encoded = toByteString(text);
  return encoded.length <= bytes ? text : fromByteString(encoded.slice(0, bytes));
}

/** A text cut, or filled up with blanks, to a number of bytes. */
export function fitText(text: string, bytes: number): string {
  const length = plain.test(text) ? text.length : toByteString(text).length;
  return length > bytes ? cutText(text, bytes) : text + ' '.repeat(bytes - length);
}
