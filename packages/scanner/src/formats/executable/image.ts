import { type ByteSource, windowed } from '../../lib/source.ts';
import { elfImage } from './elf.ts';
import { machoImage } from './macho.ts';
import { peImage } from './pe.ts';

/** A part of the file, and where it lies in memory when the program runs. */
export interface Region {
  readonly name: string;
  readonly address: number;
  /** From the start of the file. */
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
}

/** What readers of data in programs need to know of them. */
export interface ExecutableImage {
  /** The section of a name; null when there is none, or nothing of it in the file. */
  readonly section: (name: string) => Region | null;
  /** Parts that are loaded into memory. */
  readonly segments: readonly Region[];
  /**
   * The first part that the program may write: Go's facts are at its start where no section is named for them. null
   * where sections have their names and such a one would be among them.
   */
  readonly data: Region | null;
}

/** Several readers look at the same program. */
const known = new WeakMap<ByteSource, ExecutableImage>();

/** null for a file that is no program. Throws AppError 'artifact.parse' for a damaged one. */
export function executableImage(source: ByteSource): ExecutableImage | null {
  const before = known.get(source);
  if (before !== undefined) {
    return before;
  }
  const image = imageOf(source);
  if (image !== null) {
    known.set(source, image);
  }
  return image;
}

/** Headers and tables of most programs lie in three such windows. */
const window = 4096;

function imageOf(file: ByteSource): ExecutableImage | null {
  const source = windowed(file, window);
  const magic = source.size < 4 ? Buffer.alloc(4) : Buffer.from(source.read(0, 4));
  if (magic.length < 4) {
    return null;
  }
  if (magic.readUInt32BE(0) === elfMagic) {
    return elfImage(source);
  }
  if (magic.readUInt16LE(0) === dosMagic) {
    return peImage(source);
  }
  return machoImage(source, magic);
}

const elfMagic = 0x7f454c46;
const dosMagic = 0x5a4d;

/** Where an address of the running program lies in the file, and how many bytes follow there; null for elsewhere. */
export function placeOf(
  { segments }: ExecutableImage,
  address: number,
): { offset: number; size: number } | null {
  const segment = segments.find((one) => address >= one.address && address < one.address + one.size);
  if (segment === undefined) {
    return null;
  }
  const within = address - segment.address;
  return { offset: segment.offset + within, size: segment.size - within };
}
