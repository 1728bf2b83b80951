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

/** A 64-bit Windows program with these sections; `.data` is one that may be written. */
export function peFile(sections: Readonly<Record<string, Uint8Array>>, base = 0x140000000): Buffer {
  const names = Object.keys(sections);
  const start = 64;
  const table = start + 24 + 112;
  const parts: Buffer[] = [Buffer.alloc(table + names.length * 40)];
  const [head = Buffer.alloc(0)] = parts;
  head.write('MZ', 'latin1');
  head.writeUInt32LE(start, 60);
  head.write('PE\0\0', start, 'latin1');
  head.writeUInt16LE(names.length, start + 6);
  head.writeUInt16LE(112, start + 20);
  head.writeUInt16LE(0x20b, start + 24);
  head.writeBigUInt64LE(BigInt(base), start + 24 + 24);
  let offset = head.length;
  for (const [i, name] of names.entries()) {
    const bytes = Buffer.from(sections[name] ?? []);
    const row = table + i * 40;
    head.write(name, row, 'latin1');
    for (const [at, value] of [
      [8, bytes.length],
      [12, 0x1000 + offset],
      [16, bytes.length],
      [20, offset],
      [36, name === '.data' ? 0xc0000040 : 0x60000020],
    ] as const) {
      head.writeUInt32LE(value, row + at);
    }
    parts.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat(parts);
}

/** A 64-bit Mach-O program with these sections in one segment that may be written. */
export function machoFile(sections: Readonly<Record<string, Uint8Array>>, base = 0x100000000): Buffer {
  const names = Object.keys(sections);
  const command = Buffer.alloc(72 + names.length * 80);
  const header = Buffer.alloc(32);
  let offset = header.length + command.length;
  const contents = names.map((name, i) => {
    const bytes = Buffer.from(sections[name] ?? []);
    const row = 72 + i * 80;
    command.write(name, row, 'latin1');
    command.writeBigUInt64LE(BigInt(base + offset), row + 32);
    command.writeBigUInt64LE(BigInt(bytes.length), row + 40);
    command.writeUInt32LE(offset, row + 48);
    offset += bytes.length;
    return bytes;
  });
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(1, 16);
  header.writeUInt32LE(command.length, 20);
  command.writeUInt32LE(0x19, 0);
  command.writeUInt32LE(command.length, 4);
  for (const [at, value] of [
    [24, base],
    [32, offset],
    [40, 0],
    [48, offset],
  ] as const) {
    command.writeBigUInt64LE(BigInt(value), at);
  }
  command.writeUInt32LE(3, 60);
  command.writeUInt32LE(names.length, 64);
  return Buffer.concat([header, command, ...contents]);
}

/** Several Mach-O programs in one file. */
export function fatFile(programs: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8 + Math.max(1, programs.length) * 20);
  header.writeUInt32BE(0xcafebabe, 0);
  header.writeUInt32BE(programs.length, 4);
  let offset = header.length;
  for (const [i, program] of programs.entries()) {
    header.writeUInt32BE(offset, 8 + i * 20 + 8);
    header.writeUInt32BE(program.length, 8 + i * 20 + 12);
    offset += program.length;
  }
  return Buffer.concat([header, ...programs]);
}
