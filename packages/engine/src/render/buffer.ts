/** How bytes are shown: printable characters and dots, or base64. */
export type BufferFormat = 'dots' | 'base64';

/** Bytes (a byte string) as text in the given form. */
export function bufferText(bytes: string, format: BufferFormat): string {
  return format === 'base64' ? base64Text(bytes) : dotsText(bytes);
}

/** Bytes with a dot for each that is not printable ASCII. */
export function dotsText(bytes: string): string {
  return bytes.replace(unprintable, '.');
}

const unprintable = /[^\x20-\x7e]/g;

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes in base64, with padding. */
export function base64Text(bytes: string): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const rest = bytes.length - at;
    // Beyond the end, charCodeAt gives NaN, which counts as 0 here.
    const triple = (bytes.charCodeAt(at) << 16) | (bytes.charCodeAt(at + 1) << 8) | bytes.charCodeAt(at + 2);
    text += digits.charAt(triple >> 18) + digits.charAt((triple >> 12) & 63);
    text += rest > 1 ? digits.charAt((triple >> 6) & 63) : '=';
    text += rest > 2 ? digits.charAt(triple & 63) : '=';
  }
  return text;
}

/** Room in Falco's buffer for the text of a field that is bytes; a text that needs more loses its last character too. */
const maxFieldText = 1022;

/** The bytes of a field as text, of limited length. */
export function bufferFieldText(bytes: string, format: BufferFormat): string {
  const text = bufferText(bytes, format);
  return text.length > maxFieldText ? text.slice(0, maxFieldText - 1) : text;
}
