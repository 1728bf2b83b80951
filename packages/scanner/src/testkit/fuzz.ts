import { AppError } from '@lanner/core';
import { type Random, randomNumbers } from '@lanner/core/testkit';
import { type ByteSource, sourceOf } from '../lib/source.ts';

export type { Random };

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were refused. */
  readonly refused: number;
}

export interface ParserFuzz {
  /** Sound files to start from. */
  readonly corpus: readonly Buffer[];
  /** Reads an input to its end; what it throws must be an AppError. */
  readonly read: (source: ByteSource) => unknown;
  /** Changes of its own, instead of those of any bytes. */
  readonly change?: (file: Buffer, random: Random) => Buffer;
  /** Most bytes that may be asked for, as a multiple of the file; a mebibyte is always allowed. */
  readonly maxReads: number;
}

/** Longest processor time of one input, in ms. Real files take some. */
const maxMs = 2000;

/**
 * Gives a parser files that were sound until some of their bytes were changed. Only AppError may be thrown, reads must
 * stay within what the file allows, and time must too. Throws an Error with the input in base64 otherwise. The same
 * seed gives the same inputs.
 */
export function fuzzParser(inputs: number, seed: number, parser: ParserFuzz): FuzzReport {
  const random = randomNumbers(seed);
  let refused = 0;
  for (let i = 0; i < inputs; i++) {
    const file = inputOf(parser, random);
    try {
      refused += isRefused(file, parser) ? 1 : 0;
    } catch (error) {
      throw notStood(file, `number ${i} of seed ${seed}`, error);
    }
  }
  return { inputs, refused };
}

export interface AsyncParserFuzz extends Pick<ParserFuzz, 'corpus' | 'change'> {
  /** Reads an input to its end; what it rejects with must be an AppError. */
  readonly read: (file: Buffer) => Promise<unknown>;
}

/** The same for what reads while other things happen. */
export async function fuzzAsyncParser(
  inputs: number,
  seed: number,
  parser: AsyncParserFuzz,
): Promise<FuzzReport> {
  const random = randomNumbers(seed);
  let refused = 0;
  for (let i = 0; i < inputs; i++) {
    const file = inputOf(parser, random);
    try {
      await parser.read(file);
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw notStood(file, `number ${i} of seed ${seed}`, error);
      }
      refused++;
    }
  }
  return { inputs, refused };
}

function inputOf(
  { corpus, change = changeBytes }: Pick<ParserFuzz, 'corpus' | 'change'>,
  random: Random,
): Buffer {
  let file = corpus[random(corpus.length)] ?? Buffer.alloc(0);
  for (let round = random(3); round >= 0; round--) {
    file = (random(8) === 0 ? changeBytes : change)(file, random);
  }
  return file;
}

function notStood(file: Buffer, place: string, cause: unknown): Error {
  const shown = file.length > 20_000 ? `(${file.length} bytes, ${place})` : file.toString('base64');
  return new Error(`an input is not stood: ${shown}`, { cause });
}

function isRefused(file: Buffer, { read, maxReads }: ParserFuzz): boolean {
  const before = process.cpuUsage();
  try {
    read(countedSource(file, file.length * maxReads + 1024 * 1024));
    return false;
  } catch (error) {
    if (error instanceof AppError) {
      return true;
    }
    throw error;
  } finally {
    const elapsedMs = process.cpuUsage(before).user / 1000;
    if (elapsedMs > maxMs) {
      // eslint-disable-next-line no-unsafe-finally -- the time is what is wrong, whatever else there was
      throw new Error(`took ${Math.round(elapsedMs)} ms`);
    }
  }
}

/** A source that uses one buffer for all reads, as files on disk do, and counts what is asked for. */
function countedSource(file: Buffer, limit: number): ByteSource {
  const source = sourceOf(file);
  let total = 0;
  let held = Buffer.alloc(0);
  return {
    size: file.length,
    read(offset, length) {
      if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length < 0) {
        throw new Error(`a read of ${length} bytes at ${offset}`);
      }
      // What was given before is no longer valid.
      held.fill(0xdd);
      held = Buffer.from(source.read(offset, length));
      total += held.length + 16;
      if (total > limit) {
        throw new Error(`more than ${limit} bytes were read of a file of ${file.length}`);
      }
      return held;
    },
  };
}

const interesting = [
  0, 1, 2, 4, 8, 16, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff,
];

/** Numbers, single bytes, copies of other parts, cuts and insertions. */
export function changeBytes(file: Buffer, random: Random): Buffer {
  const copy = Buffer.from(file);
  const at = random(copy.length + 1);
  switch (random(8)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      return Buffer.concat([
        copy.subarray(0, at),
        copy.subarray(random(copy.length + 1)).subarray(0, random(64)),
      ]);
    case 2: {
      const from = random(copy.length + 1);
      copy.copy(copy, at, from, from + random(256));
      return copy;
    }
    case 3:
    case 4:
      return changeNumber(copy, at, random);
    default:
      if (at < copy.length) {
        copy[at] = random(256);
      }
      return copy;
  }
}

/** Writes a number at the edge of something over two or four bytes, in either order. */
export function changeNumber(file: Buffer, at: number, random: Random): Buffer {
  const value = random(3) === 0 ? random(0xffff_ffff) : (interesting[random(interesting.length)] ?? 0);
  const near = Math.max(0, value + random(3) - 1) >>> 0;
  const width = random(2) === 0 ? 2 : 4;
  if (at + width > file.length) {
    return file;
  }
  const number = width === 2 ? near & 0xffff : near;
  if (random(2) === 0) {
    file.writeUIntLE(number, at, width);
  } else {
    file.writeUIntBE(number, at, width);
  }
  return file;
}

/** Values that stand where others are expected. */
const otherValues: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e300, '', 'x', '__proto__', 'a/../b', '\0', '9'.repeat(40)],
  ...[[], {}, [null], [[]], { id: {} }, 'é\u2028', 'x'.repeat(3000)],
];

/** Puts another value, or another part of the document, into a JSON document; what is no JSON gets other bytes. */
export function changeJson(file: Buffer, random: Random): Buffer {
  let document: unknown;
  try {
    document = JSON.parse(file.toString('utf8'));
  } catch {
    // Bytes were changed before.
    return changeBytes(file, random);
  }
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const open: unknown[] = [document];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'object' && value !== null) {
      const holder = value as Record<string, unknown>;
      for (const key of Object.keys(holder)) {
        places.push([holder, key]);
        open.push(holder[key]);
      }
    }
  }
  const [holder, key] = places[random(places.length)] ?? [];
  if (holder !== undefined && key !== undefined) {
    const [from, name] = places[random(places.length)] ?? [{}, ''];
    const other = random(3) === 0 ? structuredClone(from[name]) : otherValues[random(otherValues.length)];
    if (random(6) === 0) {
      Reflect.deleteProperty(holder, key);
    } else {
      holder[key] = other;
    }
  }
  return Buffer.from(JSON.stringify(document));
}
