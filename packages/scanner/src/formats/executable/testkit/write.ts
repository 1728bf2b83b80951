/** A 64-bit little-endian ELF program with these sections, loaded as one segment at `base`. */
export function elfFile(sections: Readonly<Record<string, Uint8Array>>, base = 0x400000): Buffer {
  const names = ['', '.shstrtab', ...Object.keys(sections)];
  const texts = Buffer.from(names.map((name) => `${name}\0`).join(''));
  const contents = [texts, ...Object.values(sections).map((bytes) => Buffer.from(bytes))];
  const header = Buffer.alloc(64);
  const program = Buffer.alloc(56);
  let offset = header.length + program.length;
  const placed = contents.map((bytes) => {
    const start = Math.ceil(offset / 16) * 16;
    offset = start + bytes.length;
    return { start, bytes };
  });
  const table = Math.ceil(offset / 16) * 16;
  const file = Buffer.alloc(table + names.length * 64);
  for (const [i, { start, bytes }] of placed.entries()) {
    bytes.copy(file, start);
    const row = table + (i + 1) * 64;
    file.writeUInt32LE(Buffer.byteLength(names.slice(0, i + 1).join('\0')) + 1, row);
    file.writeUInt32LE(i === 0 ? 3 : 1, row + 4);
    file.writeBigUInt64LE(BigInt(base + start), row + 16);
    file.writeBigUInt64LE(BigInt(start), row + 24);
    file.writeBigUInt64LE(BigInt(bytes.length), row + 32);
  }
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(header.length), 32);
  header.writeBigUInt64LE(BigInt(table), 40);
  for (const [at, value] of [
    [54, 56],
    [56, 1],
    [58, 64],
    [60, names.length],
    [62, 1],
  ] as const) {
    header.writeUInt16LE(value, at);
  }
  program.writeUInt32LE(1, 0);
  program.writeUInt32LE(6, 4);
  for (const [at, value] of [
    [16, base],
    [32, table],
    [40, table],
  ] as const) {
    program.writeBigUInt64LE(BigInt(value), at);
  }
  header.copy(file);
  program.copy(file, header.length);
  return file;
}
