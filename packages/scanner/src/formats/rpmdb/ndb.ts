import { type ByteSource, damaged, readExactly, windowed } from '../../lib/source.ts';

/** `RpmP`, `Slot` and `BlbS`, little-endian. */
const magic = { file: 0x506d7052, slot: 0x746f6c53, blob: 0x53626c42 } as const;
const fileHeaderLength = 32;
const slotLength = 16;
const blockLength = 16;
const pageLength = 4096;

export function isNdb(start: Buffer): boolean {
  return start.length >= fileHeaderLength && start.readUInt32LE(0) === magic.file;
}

/** The values of rpm's own key-value file, `Packages.db`. */
export function* ndbHeaders(source: ByteSource): Generator<Buffer> {
  const file = readExactly(source, 0, fileHeaderLength);
  if (file.readUInt32LE(4) !== 0) {
    throw damaged('this version of the rpm database is not known', { version: file.readUInt32LE(4) });
  }
  const end = Math.min(source.size, file.readUInt32LE(12) * pageLength);
  const slots = windowed(source);
  for (let at = fileHeaderLength; at + slotLength <= end; at += slotLength) {
    const slot = readExactly(slots, at, slotLength);
    if (slot.readUInt32LE(0) !== magic.slot) {
      throw damaged('a slot of the rpm database has no magic number', { offset: at });
    }
    const index = slot.readUInt32LE(4);
    const offset = slot.readUInt32LE(8) * blockLength;
    // Free slots have no package.
    if (index !== 0 && offset !== 0) {
      yield readBlob(source, offset, index);
    }
  }
}

function readBlob(source: ByteSource, offset: number, index: number): Buffer {
  const head = readExactly(source, offset, blockLength);
  const length = head.readUInt32LE(12);
  if (head.readUInt32LE(0) !== magic.blob || head.readUInt32LE(4) !== index) {
    throw damaged('a package of the rpm database has no magic number', { offset });
  }
  return Buffer.from(readExactly(source, offset + blockLength, length));
}
