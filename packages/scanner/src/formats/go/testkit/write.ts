/** The section `.go.buildinfo` as linkers write it since Go 1.18. */
export function goBuildInfo(version: string, modules: string): Buffer {
  const head = Buffer.alloc(32);
  head.write('\xff Go buildinf:', 'latin1');
  head.writeUInt8(8, 14);
  head.writeUInt8(2, 15);
  const marked = Buffer.concat([Buffer.alloc(16, 0x30), Buffer.from(modules), Buffer.alloc(16, 0x31)]);
  return Buffer.concat([head, sized(Buffer.from(version)), sized(marked)]);
}

/** Bytes behind their length, seven bits a byte. */
function sized(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) {
      return Buffer.concat([Buffer.from(length), bytes]);
    }
  }
}

/** The same as older linkers wrote it: the texts are elsewhere, at `address` and behind. */
export function oldGoBuildInfo(version: string, modules: string, address: number): Buffer {
  const head = Buffer.alloc(64);
  const texts = [Buffer.from(version), Buffer.from(`${'0'.repeat(16)}${modules}${'1'.repeat(16)}`)];
  head.write('\xff Go buildinf:', 'latin1');
  head.writeUInt8(8, 14);
  let text = address + head.length;
  for (const [i, bytes] of texts.entries()) {
    // The address of a string, which is the address of its text and its length.
    head.writeBigUInt64LE(BigInt(address + 32 + i * 16), 16 + i * 8);
    head.writeBigUInt64LE(BigInt(text), 32 + i * 16);
    head.writeBigUInt64LE(BigInt(bytes.length), 32 + i * 16 + 8);
    text += bytes.length;
  }
  return Buffer.concat([head, ...texts]);
}
