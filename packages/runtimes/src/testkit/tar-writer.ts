/** An entry of an archive that a test writes. */
export interface TarInput {
  readonly path: string;
  readonly content?: string | Uint8Array;
  readonly mode?: number;
  /** Letter of the format; default: a folder when the path ends in a slash, otherwise a file. */
  readonly flag?: string;
  readonly linkPath?: string;
  /** What the header says instead of the size of the content. */
  readonly size?: number;
}

const blockSize = 512;

/** A ustar archive with its two closing blocks; anything may be written into it, also what no tar program would. */
export function writeTar(entries: readonly TarInput[]): Buffer {
  return Buffer.concat([...entries.flatMap(entryBlocks), Buffer.alloc(2 * blockSize)]);
}

function entryBlocks(entry: TarInput): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const path = Buffer.from(entry.path);
  const blocks = [headerBlock(entry, content.length), content, padding(content.length)];
  if (path.length <= 100) {
    return blocks;
  }
  const name = Buffer.concat([path, Buffer.alloc(1)]);
  return [
    headerBlock({ path: '././@LongLink', flag: 'L' }, name.length),
    name,
    padding(name.length),
    ...blocks,
  ];
}

function headerBlock(
  { path, mode = 0o644, flag, linkPath = '', size }: TarInput,
  contentSize: number,
): Buffer {
  const block = Buffer.alloc(blockSize);
  block.write(path.slice(0, 100), 0);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size ?? contentSize, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(flag ?? (path.endsWith('/') ? '5' : '0'), 156);
  block.write(linkPath, 157, 100);
  block.write('ustar\u000000', 257);
  return withChecksum(block);
}

/** Puts the right sum into a header that was changed. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (const byte of block.subarray(0, blockSize)) {
    sum += byte;
  }
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}
