import { type ByteSource, damaged, readExactly } from '../../lib/source.ts';
import { headerSizes, RpmHeader } from './header.ts';

const leadLength = 96;
const leadMagic = 0xedabeedb;
/** With version 1. */
const headerMagic = 0x8eade801;
/** Magic number and four reserved bytes. */
const introLength = 8;

/** The header of a package file; the signature in front of it is stepped over. */
export function rpmArchiveHeader(source: ByteSource): RpmHeader {
  if (readExactly(source, 0, leadLength).readUInt32BE(0) !== leadMagic) {
    throw damaged('this is no rpm package');
  }
  const signature = headerAt(source, leadLength);
  const end = signature.start + signature.length;
  // The signature fills whole units of eight bytes.
  const { start, length } = headerAt(source, Math.ceil(end / 8) * 8);
  return new RpmHeader(Buffer.from(readExactly(source, start, length)));
}

/** Where a header starts behind its magic number, and how long it is from there. */
function headerAt(source: ByteSource, offset: number): { start: number; length: number } {
  const intro = readExactly(source, offset, introLength + 8);
  if (intro.readUInt32BE(0) !== headerMagic) {
    throw damaged('a header of the rpm package has no magic number', { offset });
  }
  return { start: offset + introLength, length: headerSizes(intro.subarray(introLength)).length };
}
