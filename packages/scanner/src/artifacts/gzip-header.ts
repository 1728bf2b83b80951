const deflate = 8;
const flags = { checksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
/** What every header has. */
const fixed = 10;

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Bytes of the header of a gzip member (RFC 1952); null when it does not lie whole in these bytes, or is none. */
export function gzipHeaderLength(head: Buffer): number | null {
  const has = head[3] ?? 0;
  if (head.length < fixed || !isGzip(head) || head[2] !== deflate || (has & flags.reserved) !== 0) {
    return null;
  }
  let at = fixed;
  if ((has & flags.extra) !== 0) {
    at += 2 + (at + 2 > head.length ? 0 : head.readUInt16LE(at));
  }
  for (const flag of [flags.name, flags.comment]) {
    if ((has & flag) !== 0) {
      const end = head.indexOf(0, at);
      at = end < 0 ? head.length + 1 : end + 1;
    }
  }
  if ((has & flags.checksum) !== 0) {
    at += 2;
  }
  return at > head.length ? null : at;
}
