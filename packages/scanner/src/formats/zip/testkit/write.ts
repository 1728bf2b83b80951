import { crc32, deflateRawSync } from 'node:zlib';

interface ZipOptions {
  readonly stored?: boolean;
  /** Sizes and offsets as archives over 4 GiB have them. */
  readonly wide?: boolean;
  readonly prefix?: Uint8Array;
  readonly comment?: string;
}

/** A zip archive with these members. */
export function zipFile(
  members: Readonly<Record<string, string | Uint8Array>>,
  { stored = false, wide = false, prefix = new Uint8Array(), comment = '' }: ZipOptions = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const bytes = Buffer.from(content);
    const packed = stored ? bytes : deflateRawSync(bytes);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(stored ? 0 : 8, 8);
    head.writeUInt32LE(crc32(bytes), 14);
    head.writeUInt32LE(packed.length, 18);
    head.writeUInt32LE(bytes.length, 22);
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    parts.push(head, Buffer.from(name), packed);
    directory.push(centralEntry(head, name, { packed: packed.length, size: bytes.length, offset, wide }));
    offset += head.length + Buffer.byteLength(name) + packed.length;
  }
  const central = Buffer.concat(directory);
  const end = endRecords({ count: directory.length, length: central.length, offset, wide, comment });
  return Buffer.concat([Buffer.from(prefix), ...parts, central, end]);
}

interface Sizes {
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
  readonly wide: boolean;
}

function centralEntry(local: Buffer, name: string, { packed, size, offset, wide }: Sizes): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  // Version, flags, method, time, checksum and sizes are as in the local header.
  local.copy(entry, 6, 4, 28);
  entry.writeUInt16LE(Buffer.byteLength(name), 28);
  entry.writeUInt32LE(offset, 42);
  if (!wide) {
    return Buffer.concat([entry, Buffer.from(name)]);
  }
  entry.writeUInt16LE(28, 30);
  for (const field of [20, 24, 42]) {
    entry.writeUInt32LE(0xffffffff, field);
  }
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  for (const [i, value] of [size, packed, offset].entries()) {
    extra.writeBigUInt64LE(BigInt(value), 4 + i * 8);
  }
  return Buffer.concat([entry, Buffer.from(name), extra]);
}

interface End {
  readonly count: number;
  readonly length: number;
  readonly offset: number;
  readonly wide: boolean;
  readonly comment: string;
}

function endRecords({ count, length, offset, wide, comment }: End): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(wide ? 0xffff : count, 10);
  end.writeUInt32LE(wide ? 0xffffffff : length, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  if (!wide) {
    return Buffer.concat([end, Buffer.from(comment)]);
  }
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  for (const [i, value] of [count, length, offset].entries()) {
    record.writeBigUInt64LE(BigInt(value), 32 + i * 8);
  }
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + length), 8);
  return Buffer.concat([record, locator, end, Buffer.from(comment)]);
}
