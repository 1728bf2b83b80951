import { type ByteSource, readExactly } from '../../lib/source.ts';
import { FieldReader } from '../executable/fields.ts';
import { type ExecutableImage, executableImage, placeOf } from '../executable/image.ts';
import { type GoBuild, parseModules } from './modules.ts';

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const alignment = 16;
const headerLength = 32;
const flags = { bigEndian: 1, inline: 2 } as const;
/** Where no section is named for it, the start of the data is searched. */
const maxSearch = 1024 * 1024;
const maxVersion = 1000;
/** Programs with thousands of modules have some hundred thousand bytes. */
const maxModules = 16 * 1024 * 1024;

/**
 * What the Go linker wrote into a program: its version and the modules; null for programs of other languages.
 * Throws AppError 'artifact.parse'.
 */
export function goBuild(source: ByteSource): GoBuild | null {
  const image = executableImage(source);
  const at = image === null ? null : findInfo(source, image);
  if (image === null || at === null) {
    return null;
  }
  const header = Buffer.from(readExactly(source, at, headerLength));
  const { version, modules } =
    (header.readUInt8(15) & flags.inline) !== 0
      ? inlineTexts(source, at + headerLength)
      : referredTexts(source, image, header);
  return version === '' ? null : { goVersion: version, ...parseModules(withoutMarks(modules)) };
}

function findInfo(source: ByteSource, image: ExecutableImage): number | null {
  const region = image.section('.go.buildinfo') ?? image.section('__go_buildinfo') ?? image.data;
  if (region === null) {
    return null;
  }
  const length = Math.min(region.size, maxSearch, Math.max(0, source.size - region.offset));
  const bytes = source.read(region.offset, length);
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (at % alignment === 0 && at + headerLength <= bytes.length) {
      return region.offset + at;
    }
  }
  return null;
}

/** Since Go 1.18 the texts follow, each behind its length. */
function inlineTexts(source: ByteSource, at: number): { version: string; modules: Buffer } {
  const version = inlineText(source, at, maxVersion);
  const modules = inlineText(source, version.end, maxModules);
  return { version: version.bytes.toString(), modules: modules.bytes };
}

function inlineText(source: ByteSource, at: number, limit: number): { bytes: Buffer; end: number } {
  const head = Buffer.from(source.read(at, 10));
  let length = 0;
  let used = 0;
  for (let shift = 1; used < head.length && shift < 2 ** 35; shift *= 128) {
    const byte = head.readUInt8(used++);
    length += (byte & 0x7f) * shift;
    if (byte < 0x80) {
      break;
    }
  }
  const start = at + used;
  return { bytes: Buffer.from(readExactly(source, start, Math.min(length, limit))), end: start + length };
}

/** Before, the header had the addresses of two Go strings, which are an address and a length each. */
function referredTexts(
  source: ByteSource,
  image: ExecutableImage,
  header: Buffer,
): { version: string; modules: Buffer } {
  const width = header.readUInt8(14);
  const reader = new FieldReader((header.readUInt8(15) & flags.bigEndian) === 0, width === 8);
  const text = (at: number, limit: number): Buffer => {
    const string = bytesAt(source, image, reader.word(header, at), 2 * width);
    if (string.length < 2 * width) {
      return Buffer.alloc(0);
    }
    return bytesAt(source, image, reader.word(string, 0), Math.min(limit, reader.word(string, width)));
  };
  return width === 4 || width === 8
    ? { version: text(16, maxVersion).toString(), modules: text(16 + width, maxModules) }
    : { version: '', modules: Buffer.alloc(0) };
}

function bytesAt(source: ByteSource, image: ExecutableImage, address: number, length: number): Buffer {
  const place = placeOf(image, address);
  const available = place === null ? 0 : Math.min(place.size, source.size - place.offset);
  return place === null || length > available
    ? Buffer.alloc(0)
    : Buffer.from(readExactly(source, place.offset, length));
}

/** Sixteen bytes in front and behind help programs to find the text in memory. */
function withoutMarks(modules: Buffer): string {
  const isMarked = modules.length >= 33 && modules.at(-17) === 0x0a;
  return isMarked ? modules.toString('utf8', 16, modules.length - 16) : '';
}
