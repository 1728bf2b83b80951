import { eventTable } from '@lanner/engine';
import { ByteBuilder } from './byte-builder.ts';
import { conversionOf } from './event-actions.ts';
import { fixedLengths } from './event-assembler.ts';
import { eventBlockTypes, recordBlocks } from './format.ts';
import { joinBytes, rawBlock, rawEvent, rawSection } from './raw-capture.ts';

/** Random integers from 0 to below `below`. */
export type Random = (below: number) => number;

/** A capture as a list of its blocks, so that whole blocks can be picked, dropped and swapped. */
export type BlockList = readonly Uint8Array[];

/** At most this many blocks make an input: many small inputs find more than a few large ones. */
const maxBlocks = 24;
const maxCorpusBlocks = 4000;

const interestingNumbers = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  11,
  12,
  16,
  22,
  25,
  26,
  27,
  29,
  30,
  64,
  65,
  127,
  128,
  255,
  256,
  1023,
  1024,
  1025,
  4096,
  4097,
  32_767,
  32_768,
  65_535,
  65_536,
  65_544,
  65_545,
  2 ** 24,
  2 ** 24 + 1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 4,
  2 ** 32 - 1,
];

/** Numbers of parameters for which the conversion table has a row, by the event's type. */
const conversionCounts = new Map(
  eventTable.map(({ id }) => [
    id,
    Array.from({ length: 33 }, (_, n) => n).filter((n) => conversionOf(id, n)),
  ]),
);

/** Splits decompressed bytes of a capture into its blocks; what does not look like a block is left out. */
export function splitBlocks(bytes: Uint8Array): BlockList {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at + 12 <= bytes.length && blocks.length < maxCorpusBlocks;) {
    const length = view.getUint32(at + 4, true);
    if (length < 12 || at + length > bytes.length) {
      break;
    }
    // A copy even of a Buffer, whose own slice is not one.
    blocks.push(new Uint8Array(bytes.subarray(at, at + length)));
    at += length;
  }
  return blocks;
}

/** One input: blocks of the corpus and newly made ones, put together, with some damage in most of them. */
export function fuzzInput(random: Random, corpus: readonly BlockList[]): Uint8Array {
  const blocks: Uint8Array[] = random(20) === 0 ? [] : [rawSection(random(3) === 0 ? 0 : 1, random(4))];
  const count = 1 + random(maxBlocks);
  for (let i = 0; i < count; i++) {
    blocks.push(random(3) > 0 ? corpusBlock(random, corpus) : madeBlock(random));
  }
  if (random(3) > 0) {
    // Lists are read before the first event only.
    blocks.sort((a, b) => rank(a) - rank(b));
  }
  const damages = [0, 0, 1, 2][random(4)] ?? 0;
  for (let i = 0; i < damages; i++) {
    damageBlocks(random, blocks);
  }
  const whole = joinBytes(...blocks);
  return random(5) === 0 ? damageBytes(random, whole) : whole;
}

/** Sizes of the chunks that an input is cut into: a few thousand chunks at most. */
export function fuzzChunks(random: Random, inputBytes: number): number[] {
  const least = Math.ceil(inputBytes / 2000);
  const most = [8, 100, 1000, 100_000][random(4)] ?? 100;
  return Array.from({ length: 1 + random(8) }, () => Math.max(least, 1 + random(most)));
}

function rank(block: Uint8Array): number {
  const type = new DataView(block.buffer, block.byteOffset).getUint32(0, true);
  if (type === 0x0a0d0d0a) {
    return 0;
  }
  return eventBlockTypes.some((eventType) => eventType === type) ? 2 : 1;
}

function corpusBlock(random: Random, corpus: readonly BlockList[]): Uint8Array {
  const blocks = corpus[random(corpus.length)];
  return blocks?.[random(blocks.length)] ?? rawSection();
}

function madeBlock(random: Random): Uint8Array {
  if (random(12) === 0) {
    const types = [...recordBlocks.keys(), 0x0a0d0d0a, 0x999, random(2 ** 31)];
    return rawBlock(types[random(types.length)] ?? 0, randomBytes(random, random(300)));
  }
  const type = eventBlockTypes[random(eventBlockTypes.length)] ?? 0x216;
  return rawEvent(type, madeEvent(random), random(4), random(2));
}

/** An event of any type; most have the parameters of the schema, or of an older one, in lengths of their types. */
function madeEvent(random: Random): Uint8Array {
  const info = eventTable[random(eventTable.length)];
  const rows = conversionCounts.get(info?.id ?? 0) ?? [];
  const plausible = rows.length > 0 && random(2) === 0 ? rows[random(rows.length)] : info?.params.length;
  const count = random(12) === 0 ? random(40) : (plausible ?? 0);
  const params = Array.from({ length: count }, (_, i) => {
    const fixed = fixedLengths[info?.params[i]?.type ?? 'BYTEBUF'];
    return randomBytes(random, fixed === undefined || random(16) === 0 ? random(40) : fixed);
  });
  const lengths = new ByteBuilder(64);
  for (const { length } of params) {
    if (info?.isLarge === true) {
      lengths.u32(length);
    } else {
      lengths.u16(length);
    }
  }
  const body = joinBytes(lengths.bytes.slice(0, lengths.length), ...params);
  const header = new ByteBuilder(32)
    .u64(random(2 ** 31))
    .u64(random(3))
    .u32(26 + body.length);
  header.u16(random(40) === 0 ? random(65_536) : (info?.id ?? 0)).u32(count);
  return joinBytes(header.bytes.slice(0, header.length), body);
}

function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    bytes[i] = random(3) === 0 ? 0 : random(256);
  }
  return bytes;
}

function damageBlocks(random: Random, blocks: Uint8Array[]): void {
  const at = random(blocks.length);
  const block = blocks[at];
  if (block === undefined) {
    return;
  }
  switch (random(6)) {
    case 0:
      blocks.splice(at, 1);
      return;
    case 1:
      blocks.splice(random(blocks.length), 0, block);
      return;
    case 2:
      // The block's own type or length, or the end that repeats it.
      blocks[at] = withU32(block, [0, 4, block.length - 4][random(3)] ?? 0, someNumber(random));
      return;
    case 3:
      // Where events have their length, type and number of parameters, and lists their first entry.
      blocks[at] = withU32(block, 8 + random(40), someNumber(random));
      return;
    case 4:
      blocks[at] = withU16(block, 8 + random(Math.max(1, block.length - 8)), someNumber(random));
      return;
    default:
      blocks[at] = resized(random, block);
  }
}

/** Cuts or extends a block's body and makes its frame right again. */
function resized(random: Random, block: Uint8Array): Uint8Array {
  const body = block.subarray(8, Math.max(8, block.length - 4));
  const kept = body.subarray(0, random(body.length + 1));
  const type = new DataView(block.buffer, block.byteOffset).getUint32(0, true);
  return rawBlock(type, random(2) === 0 ? kept : joinBytes(kept, randomBytes(random, random(80)), body));
}

function damageBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random(bytes.length + 1);
  switch (random(5)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return joinBytes(bytes.subarray(0, at), bytes.subarray(at + random(64)));
    case 2:
      return joinBytes(bytes.subarray(0, at), randomBytes(random, random(64)), bytes.subarray(at));
    case 3:
      return withU32(bytes, at, someNumber(random));
    default: {
      const copy = bytes.slice();
      for (let i = random(16); i >= 0; i--) {
        copy[random(copy.length)] = random(256);
      }
      return copy;
    }
  }
}

function someNumber(random: Random): number {
  return random(3) === 0 ? random(2 ** 31) : (interestingNumbers[random(interestingNumbers.length)] ?? 0);
}

function withU32(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  if (at + 4 <= copy.length) {
    new DataView(copy.buffer).setUint32(at, value, true);
  }
  return copy;
}

function withU16(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  if (at + 2 <= copy.length) {
    new DataView(copy.buffer).setUint16(at, value, true);
  }
  return copy;
}
