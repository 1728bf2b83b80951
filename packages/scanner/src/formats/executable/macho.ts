import { type ByteSource, damaged, readExactly, slicedSource } from '../../lib/source.ts';
import { FieldReader, maxTable, nameAt, namedIn } from './fields.ts';
import type { ExecutableImage, Region } from './image.ts';

const magics = { narrow: 0xfeedface, wide: 0xfeedfacf, fat: 0xcafebabe } as const;
const commands = { segment: 0x1, segment64: 0x19 } as const;
/** Read and write, not execute. */
const dataProtection = 3;
/** Class files of Java have the magic number of fat programs, and a version where those have a small number. */
const maxArchitectures = 16;

export function machoImage(source: ByteSource, magic: Buffer): ExecutableImage | null {
  if (magic.readUInt32BE(0) === magics.fat) {
    return fatImage(source);
  }
  for (const little of [true, false]) {
    const number = little ? magic.readUInt32LE(0) : magic.readUInt32BE(0);
    if (number === magics.narrow || number === magics.wide) {
      return thinImage(source, new FieldReader(little, number === magics.wide));
    }
  }
  return null;
}

/** The first of several architectures in one file: they are built from the same source. */
function fatImage(source: ByteSource): ExecutableImage | null {
  const head = source.size < 28 ? null : Buffer.from(readExactly(source, 0, 28));
  const count = head?.readUInt32BE(4) ?? 0;
  if (head === null || count === 0 || count > maxArchitectures) {
    return null;
  }
  const offset = head.readUInt32BE(16);
  const part = slicedSource(source, offset, head.readUInt32BE(20));
  if (part.size < 32) {
    throw damaged('a part of a program for several architectures is outside of the file', { offset });
  }
  const magic = Buffer.from(readExactly(part, 0, 4));
  if (magic.readUInt32BE(0) === magics.fat) {
    throw damaged('a program for several architectures holds another one');
  }
  const image = machoImage(part, magic);
  return image && moved(image, offset);
}

function moved({ section, segments, data }: ExecutableImage, by: number): ExecutableImage {
  const move = (region: Region): Region => ({ ...region, offset: region.offset + by });
  return {
    section: (name) => {
      const found = section(name);
      return found && move(found);
    },
    segments: segments.map(move),
    data: data && move(data),
  };
}

function thinImage(source: ByteSource, reader: FieldReader): ExecutableImage {
  const start = reader.wide ? 32 : 28;
  const header = Buffer.from(readExactly(source, 0, start));
  const [count, length] = [reader.u32(header, 16), reader.u32(header, 20)];
  if (length > maxTable || count > length / 8) {
    throw damaged('the commands of a Mach-O program are too long', { count, length });
  }
  const table = Buffer.from(readExactly(source, start, length));
  const found: ReturnType<typeof segmentOf>[] = [];
  let data: Region | null = null;
  for (let i = 0, at = 0; i < count && at + 8 <= length; i++) {
    const size = reader.u32(table, at + 4);
    if (size < 8 || at + size > length) {
      throw damaged('a command of a Mach-O program is cut off', { offset: at });
    }
    const command = table.subarray(at, at + size);
    if (reader.u32(command, 0) === (reader.wide ? commands.segment64 : commands.segment)) {
      const segment = segmentOf(command, reader);
      found.push(segment);
      data ??= segment.protection === dataProtection && segment.region.size > 0 ? segment.region : null;
    }
    at += size;
  }
  const sections = found.flatMap((segment) => segment.sections);
  return {
    section: namedIn(sections),
    segments: found.map(({ region }) => region),
    data: sections.length > 0 ? null : data,
  };
}

function segmentOf(
  command: Buffer,
  reader: FieldReader,
): { region: Region; protection: number; sections: Region[] } {
  const { wide } = reader;
  const width = wide ? 8 : 4;
  const headLength = wide ? 72 : 56;
  if (command.length < headLength) {
    throw damaged('a segment of a Mach-O program is cut off');
  }
  const region = {
    name: nameAt(command.subarray(8, 24), 0),
    address: reader.word(command, 24),
    offset: reader.word(command, 24 + 2 * width),
    size: reader.word(command, 24 + 3 * width),
  };
  const protection = reader.u32(command, 24 + 4 * width + 4);
  const sectionLength = wide ? 80 : 68;
  const count = Math.min(
    reader.u32(command, 24 + 4 * width + 8),
    Math.floor((command.length - headLength) / sectionLength),
  );
  const sections = Array.from({ length: count }, (_, i) => {
    const section = command.subarray(headLength + i * sectionLength, headLength + (i + 1) * sectionLength);
    return {
      name: nameAt(section.subarray(0, 16), 0),
      address: reader.word(section, 32),
      size: reader.word(section, 32 + width),
      offset: reader.u32(section, 32 + 2 * width),
    };
  });
  return { region, protection, sections };
}
