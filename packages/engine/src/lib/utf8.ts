const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
let buffer = new Uint8Array(4096);

/** Whether a byte string is ASCII, and so equal to the text it stands for. */
export function isAscii(bytes: string): boolean {
  return !nonAscii.test(bytes);
}

const nonAscii = /[^\0-\x7f]/;

/** The text that a byte string stands for; each broken sequence (its maximal valid part) becomes U+FFFD. */
export function decodeUtf8(bytes: string): string {
  if (isAscii(bytes)) {
    return bytes;
  }
  if (bytes.length > buffer.length) {
    buffer = new Uint8Array(bytes.length * 2);
  }
  for (let i = 0; i < bytes.length; i++) {
    buffer[i] = bytes.charCodeAt(i);
  }
  return decoder.decode(buffer.subarray(0, bytes.length));
}

/** A text as its UTF-8 bytes, one UTF-16 unit a byte. */
export function encodeUtf8(text: string): string {
  if (isAscii(text)) {
    return text;
  }
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) {
    bytes += String.fromCharCode(byte);
  }
  return bytes;
}
