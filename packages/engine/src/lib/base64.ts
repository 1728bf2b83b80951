const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const invalid = 255;
const digits = new Uint8Array(256).fill(invalid);
for (let i = 0; i < alphabet.length; i++) {
  digits[alphabet.charCodeAt(i)] = i;
}

/**
 * The bytes that a base64 text stands for; padding may be there or not, NULs at the end do not count.
 * Null for other characters, a length that no encoder makes, and bits that belong to no byte.
 */
export function decodeBase64(encoded: string): string | null {
  const text = encoded.replace(/\0+$/, '');
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (end % 4 === 1 || (end === 0 && text !== '')) {
    return null;
  }
  let bytes = '';
  let bits = 0;
  let count = 0;
  for (let i = 0; i < end; i++) {
    const digit = digits[text.charCodeAt(i)] ?? invalid;
    if (digit === invalid) {
      return null;
    }
    bits = ((bits << 6) | digit) & 0xfff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += String.fromCharCode((bits >> count) & 0xff);
    }
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : null;
}
