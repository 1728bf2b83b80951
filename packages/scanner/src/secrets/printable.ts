const shortest = 5;
const lineFeed = 10;
const softHyphen = 0xad;

/** The bytes that a text may have: what Latin-1 can print, in runs of five at least, each on a line of its own. */
export function printableBytes(bytes: Uint8Array): Buffer {
  const lines = Buffer.alloc(bytes.length + 1);
  let length = 0;
  let start = -1;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && isPrintable(bytes[i] ?? 0)) {
      start = start < 0 ? i : start;
    } else if (start >= 0) {
      if (i - start >= shortest) {
        lines.set(bytes.subarray(start, i), length);
        length += i - start;
        lines[length++] = lineFeed;
      }
      start = -1;
    }
  }
  return lines.subarray(0, length);
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== softHyphen);
}

/** Control characters that texts have: bell to carriage return without vertical tab, and escape. */
const textControls = new Set([7, 8, 9, 10, 12, 13, 27]);

/** Whether the beginning of a file is no text. */
export function isBinary(head: Uint8Array): boolean {
  return head.some((byte) => (byte < 0x20 && !textControls.has(byte)) || byte === 0x7f);
}
