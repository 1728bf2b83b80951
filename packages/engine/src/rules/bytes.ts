const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

// eslint-disable-next-line no-control-regex -- the range is what ASCII is
const ascii = /^[\x00-\x7f]*$/;

/** Text as its UTF-8 bytes, one UTF-16 unit a byte (latin1): the form in which the engine holds all text. */
export function toByteString(text: string): string {
  if (ascii.test(text)) {
    return text;
  }
  let bytes = '';
  for (const byte of encoder.encode(text)) {
    bytes += String.fromCharCode(byte);
  }
  return bytes;
}

/** The text that a byte string stands for; bytes that are no UTF-8 become U+FFFD. */
export function fromByteString(bytes: string): string {
  return ascii.test(bytes) ? bytes : decoder.decode(Uint8Array.from(bytes, (unit) => unit.charCodeAt(0)));
}
