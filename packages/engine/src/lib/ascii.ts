/**
 * Byte strings in the C locale: only ASCII letters have a case.
 * JavaScript's own functions also change latin1 letters, which here are bytes of something else.
 */
export function asciiLower(bytes: string): string {
  return otherUpper.test(bytes)
    ? bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : bytes.toLowerCase();
}

/** See `asciiLower`. */
export function asciiUpper(bytes: string): string {
  return otherLower.test(bytes)
    ? bytes.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
    : bytes.toUpperCase();
}

const otherUpper = /[^\0-\xbf\xdf-\xff]/;
const otherLower = /[^\0-\xb4\xb6-\xde]/;
