/** Values of a header by tag: one text, a list of texts, a list of numbers of 32 bits, or bytes. */
export type HeaderValues = ReadonlyMap<number, string | readonly string[] | readonly number[] | Uint8Array>;

/** A header as it lies in a database. */
export function rpmHeaderBytes(values: HeaderValues): Buffer {
  const entries: Buffer[] = [];
  const data: Buffer[] = [];
  let offset = 0;
  for (const [tag, value] of values) {
    const { type, count, bytes } = encoded(value);
    const padding = type === 4 ? (4 - (offset % 4)) % 4 : 0;
    const entry = Buffer.alloc(16);
    for (const [i, number] of [tag, type, offset + padding, count].entries()) {
      entry.writeUInt32BE(number, i * 4);
    }
    entries.push(entry);
    data.push(Buffer.alloc(padding), bytes);
    offset += padding + bytes.length;
  }
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(entries.length, 0);
  sizes.writeUInt32BE(offset, 4);
  return Buffer.concat([sizes, ...entries, ...data]);
}

function encoded(value: string | readonly string[] | readonly number[] | Uint8Array): {
  type: number;
  count: number;
  bytes: Buffer;
} {
  if (typeof value === 'string') {
    return { type: 6, count: 1, bytes: Buffer.from(`${value}\0`) };
  }
  if (value instanceof Uint8Array) {
    return { type: 7, count: value.length, bytes: Buffer.from(value) };
  }
  if (value.every((item) => typeof item === 'number')) {
    const bytes = Buffer.alloc(value.length * 4);
    value.forEach((number, i) => bytes.writeUInt32BE(number, i * 4));
    return { type: 4, count: value.length, bytes };
  }
  return { type: 8, count: value.length, bytes: Buffer.from(value.map((text) => `${text}\0`).join('')) };
}

/** A `Packages.db` with these values. */
export function ndbFile(blobs: readonly Buffer[]): Buffer {
  const slotPages = Math.max(1, Math.ceil(((blobs.length + 2) * 16) / 4096));
  const file = Buffer.alloc(slotPages * 4096);
  file.write('RpmP', 0, 'latin1');
  file.writeUInt32LE(slotPages, 12);
  for (let at = 32; at < file.length; at += 16) {
    file.write('Slot', at, 'latin1');
  }
  const parts: Buffer[] = [file];
  let block = file.length / 16;
  for (const [i, blob] of blobs.entries()) {
    file.writeUInt32LE(i + 1, 32 + i * 16 + 4);
    file.writeUInt32LE(block, 32 + i * 16 + 8);
    const head = Buffer.alloc(16);
    head.write('BlbS', 0, 'latin1');
    head.writeUInt32LE(i + 1, 4);
    head.writeUInt32LE(blob.length, 12);
    const padded = Buffer.concat([head, blob, Buffer.alloc((16 - (blob.length % 16)) % 16)]);
    parts.push(padded);
    block += padded.length / 16;
  }
  return Buffer.concat(parts);
}

/** A `Packages` of Berkeley DB with these values, each in overflow pages. */
export function berkeleyFile(blobs: readonly Buffer[], { little = true, pageLength = 4096 } = {}): Buffer {
  const u32 = (page: Buffer, value: number, at: number): number =>
    little ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const u16 = (page: Buffer, value: number, at: number): number =>
    little ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  const meta = Buffer.alloc(pageLength);
  const hash = Buffer.alloc(pageLength);
  const pages = [meta, hash];
  let free = pageLength;
  for (const [i, blob] of blobs.entries()) {
    const room = pageLength - 26;
    const first = pages.length;
    for (let at = 0; at < blob.length; at += room) {
      const page = Buffer.alloc(pageLength);
      const used = blob.copy(page, 26, at, at + room);
      u32(page, at + room < blob.length ? pages.length + 1 : 0, 16);
      u16(page, used, 22);
      page.writeUInt8(7, 25);
      pages.push(page);
    }
    free -= 5;
    u16(hash, free, 26 + i * 4);
    hash.writeUInt8(1, free);
    free -= 12;
    u16(hash, free, 26 + i * 4 + 2);
    hash.writeUInt8(3, free);
    u32(hash, first, free + 4);
    u32(hash, blob.length, free + 8);
  }
  u16(hash, blobs.length * 2, 20);
  hash.writeUInt8(13, 25);
  u32(meta, 0x061561, 12);
  u32(meta, pageLength, 20);
  meta.writeUInt8(8, 25);
  u32(meta, pages.length - 1, 32);
  return Buffer.concat(pages);
}

/** A package file with this header and an empty signature. */
export function rpmArchive(header: Buffer): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const intro = Buffer.from([0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0]);
  const signature = rpmHeaderBytes(new Map([[1000, 'abc']]));
  const padding = Buffer.alloc((8 - (signature.length % 8)) % 8);
  return Buffer.concat([lead, intro, signature, padding, intro, header]);
}
