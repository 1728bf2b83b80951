import { damaged, number, type TarHeader } from './header.ts';

/** A file with holes: stored pieces, in order, and the size with the holes. */
export interface SparseMap {
  readonly size: number;
  readonly pieces: readonly { readonly offset: number; readonly length: number }[];
}

const maxPieces = 65_536;

/** Numbers in pairs: offset and length of a piece. */
export function sparseMap(numbers: readonly number[], size: number): SparseMap {
  const pieces = [];
  let end = 0;
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const offset = numbers[i] ?? Number.NaN;
    const length = numbers[i + 1] ?? Number.NaN;
    if (!(offset >= end) || !(length >= 0) || !(offset + length <= size) || pieces.length >= maxPieces) {
      throw damaged();
    }
    end = offset + length;
    if (length > 0) {
      pieces.push({ offset, length });
    }
  }
  return { size, pieces };
}

/** The four pieces that fit in a header of GNU's old sparse format, and whether more blocks of them follow. */
export function oldSparseStart({ block }: TarHeader): { numbers: number[]; size: number; more: boolean } {
  return { numbers: pairs(block, 386, 4), size: number(block, 483, 12), more: block[482] === 1 };
}

/** The next block of pieces. */
export function oldSparseBlock(block: Buffer): { numbers: number[]; more: boolean } {
  return { numbers: pairs(block, 0, 21), more: block[504] === 1 };
}

function pairs(block: Buffer, start: number, count: number): number[] {
  const numbers = [];
  for (let i = 0; i < count; i++) {
    const at = start + i * 24;
    if (block[at] === 0) {
      break;
    }
    numbers.push(number(block, at, 12), number(block, at + 12, 12));
  }
  return numbers;
}

/** What pax records say of holes; `inContent` when the map stands before the content (format 1.0). */
export function paxSparse(
  records: ReadonlyMap<string, string>,
): { numbers: number[]; size: number; inContent: boolean } | null {
  const size = Number(records.get('GNU.sparse.realsize') ?? records.get('GNU.sparse.size') ?? Number.NaN);
  if (!Number.isSafeInteger(size) || size < 0) {
    return null;
  }
  const map = records.get('GNU.sparse.map');
  if (map !== undefined) {
    return { numbers: map.split(',').map(Number), size, inContent: false };
  }
  return records.get('GNU.sparse.major') === '1' ? { numbers: [], size, inContent: true } : null;
}
