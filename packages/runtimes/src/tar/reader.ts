import { AppError } from '@lanner/core';
import { ContentWriter } from './content.ts';
import { blockSize, damaged, paddedSize, parseHeader, type TarHeader, type TarType, text } from './header.ts';
import { parsePax } from './pax.ts';
import { oldSparseBlock, oldSparseStart, paxSparse, type SparseMap, sparseMap } from './sparse.ts';
import type { TarSink } from './sink.ts';

export interface TarEntry {
  /** As the archive writes it: it may be absolute or lead out. */
  readonly path: string;
  readonly linkPath: string;
  readonly type: Exclude<TarType, 'meta'>;
  /** Bytes of the file as it is unpacked. */
  readonly size: number;
  readonly mode: number;
  /** Where the stored bytes begin in the archive; null for a file with holes. */
  readonly offset: number | null;
}

/** Called for every entry but those that only describe others; null passes over its content. */
export type TarVisitor = (entry: TarEntry) => TarSink | null;

type State = 'header' | 'meta' | 'sparse' | 'sparse-text' | 'content' | 'skip' | 'end';

const maxMetaBytes = 2 ** 20;

/**
 * Reads a tar archive as its bytes come: ustar, pax, GNU long names, base-256 sizes, sparse files. Holds no more than a
 * block and the names of the next entry. Throws AppError 'artifact.parse'; what came before was delivered.
 */
export class TarReader {
  readonly #visit: TarVisitor;
  #state: State = 'header';
  /** Bytes of the archive that were consumed. */
  #position = 0;
  /** Bytes of the current state that are still to come. */
  #left = blockSize;
  #collected: Buffer[] = [];
  #header: TarHeader | null = null;
  #pax: ReadonlyMap<string, string> = new Map();
  #longName: string | null = null;
  #longLink: string | null = null;
  #sparse: { numbers: number[]; size: number } | null = null;
  #content: ContentWriter | null = null;

  constructor(visit: TarVisitor) {
    this.#visit = visit;
  }

  /** The next bytes, of any length. */
  write(chunk: Buffer): void {
    for (let at = 0; at < chunk.length && this.#state !== 'end';) {
      const taken = Math.min(this.#left, chunk.length - at);
      this.#take(chunk.subarray(at, at + taken));
      at += taken;
    }
  }

  /** How many of the next bytes are of no interest: whoever can seek may leave them out with `pass`. */
  get passing(): number {
    return this.#state === 'skip' ? this.#left : 0;
  }

  /** Instead of `write`: `count` bytes, at most `passing`, that were not read. */
  pass(count: number): void {
    this.#left -= count;
    this.#position += count;
    if (this.#left === 0) {
      this.#complete();
    }
  }

  /**
   * No more bytes come. Throws AppError 'artifact.parse' when the archive ends in the middle of something. As in Go, the
   * blocks of zeros at the end may be missing, and so may what pads the last entry: umoci writes neither.
   */
  end(): void {
    const atStart = this.#state === 'header' && this.#left === blockSize;
    const inPadding = this.#state === 'skip' && this.#left <= this.#padding();
    if (this.#state !== 'end' && !atStart && !inPadding) {
      throw new AppError('artifact.parse', 'the archive ends in the middle of a file');
    }
  }

  #take(bytes: Buffer): void {
    this.#left -= bytes.length;
    this.#position += bytes.length;
    if (this.#state === 'content') {
      this.#content?.write(bytes);
    } else if (this.#state !== 'skip') {
      // What is collected outlives the chunk only when it does not end in it.
      this.#collected.push(this.#left === 0 ? bytes : Buffer.from(bytes));
    }
    if (this.#left === 0) {
      this.#complete();
    }
  }

  #complete(): void {
    if (this.#state === 'content') {
      this.#content?.end();
      this.#skip(this.#padding());
      return;
    }
    if (this.#state === 'skip') {
      this.#await('header', blockSize);
      return;
    }
    const bytes =
      this.#collected.length === 1 && this.#collected[0] !== undefined
        ? this.#collected[0]
        : Buffer.concat(this.#collected);
    this.#collected = [];
    switch (this.#state) {
      case 'header':
        this.#onHeader(bytes);
        break;
      case 'meta':
        this.#onMeta(bytes);
        break;
      case 'sparse':
        this.#onSparseBlock(bytes);
        break;
      case 'sparse-text':
        this.#onSparseText(bytes);
        break;
      case 'end':
        break;
    }
  }

  #onHeader(block: Buffer): void {
    const header = parseHeader(block);
    if (header === null) {
      this.#state = 'end';
      return;
    }
    this.#header = header;
    if (header.type === 'meta') {
      if (header.size > maxMetaBytes) {
        throw damaged();
      }
      this.#await('meta', paddedSize(header.size));
      return;
    }
    const sparse = header.type === 'file' ? paxSparse(this.#pax) : null;
    if (header.flag === 'S') {
      const start = oldSparseStart(header);
      this.#sparse = start;
      if (start.more) {
        this.#await('sparse', blockSize);
        return;
      }
    } else if (sparse !== null) {
      this.#sparse = sparse;
      if (sparse.inContent) {
        this.#await('sparse-text', blockSize);
        return;
      }
    }
    this.#startContent(this.#storedSize(header));
  }

  #onMeta(padded: Buffer): void {
    const header = this.#header;
    const content = padded.subarray(0, header?.size ?? 0);
    if (header?.flag === 'x') {
      this.#pax = parsePax(content);
    } else if (header?.flag === 'L') {
      this.#longName = text(content, 0, content.length);
    } else if (header?.flag === 'K') {
      this.#longLink = text(content, 0, content.length);
    }
    this.#await('header', blockSize);
  }

  #onSparseBlock(block: Buffer): void {
    const { numbers, more } = oldSparseBlock(block);
    this.#sparse?.numbers.push(...numbers);
    if (more) {
      if ((this.#sparse?.numbers.length ?? 0) > maxMetaBytes / 16) {
        throw damaged();
      }
      this.#await('sparse', blockSize);
    } else if (this.#header !== null) {
      this.#startContent(this.#storedSize(this.#header));
    }
  }

  /** The map of format 1.0: a count and pairs of numbers, a line each, in whole blocks before the content. */
  #onSparseText(bytes: Buffer): void {
    const lines = bytes.toString('latin1').split('\n');
    const count = Number(lines[0]);
    const complete = lines.length > 1 && lines.length > 1 + 2 * count;
    if (lines.length > 1 && !Number.isSafeInteger(count)) {
      throw damaged();
    }
    if (!complete) {
      if (bytes.length >= maxMetaBytes) {
        throw damaged();
      }
      // Asked for in growing steps, so that the text is not split anew for every block.
      this.#collected = [Buffer.from(bytes)];
      this.#state = 'sparse-text';
      this.#left = paddedSize(Math.min(bytes.length, 65_536));
      return;
    }
    if (this.#header !== null && this.#sparse !== null) {
      this.#sparse.numbers = lines.slice(1, 1 + 2 * count).map(Number);
      const used = paddedSize(Buffer.byteLength(lines.slice(0, 1 + 2 * count).join('\n')) + 1);
      this.#startContent(this.#storedSize(this.#header) - used, bytes.subarray(used));
    }
  }

  #storedSize(header: TarHeader): number {
    if (header.type !== 'file') {
      return header.size;
    }
    const size = Number(this.#pax.get('size') ?? header.size);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw damaged();
    }
    return size;
  }

  /** `early` is content that was read while looking for where it begins. */
  #startContent(stored: number, early: Buffer = Buffer.alloc(0)): void {
    const header = this.#header;
    if (header === null || stored < 0) {
      throw damaged();
    }
    const map: SparseMap | null =
      this.#sparse === null ? null : sparseMap(this.#sparse.numbers, this.#sparse.size);
    const sink = this.#visit(this.#entry(header, map?.size ?? stored, map === null));
    this.#pax = new Map();
    this.#longName = null;
    this.#longLink = null;
    this.#sparse = null;
    this.#content = sink === null ? null : new ContentWriter(sink, map);
    this.#header = { ...header, size: stored };
    const first = early.subarray(0, Math.min(stored, early.length));
    if (first.length > 0) {
      this.#content?.write(first);
    }
    if (sink === null) {
      this.#skip(paddedSize(stored) - early.length);
    } else if (stored > first.length) {
      this.#await('content', stored - first.length);
    } else {
      this.#content?.end();
      this.#skip(paddedSize(stored) - early.length);
    }
  }

  #entry(header: TarHeader, size: number, plain: boolean): TarEntry {
    return {
      path: this.#pax.get('GNU.sparse.name') ?? this.#pax.get('path') ?? this.#longName ?? header.name,
      linkPath: this.#pax.get('linkpath') ?? this.#longLink ?? header.linkName,
      // Only entries that are no meta entries come here.
      type: header.type as TarEntry['type'],
      size,
      mode: header.mode,
      offset: plain ? this.#position : null,
    };
  }

  #padding(): number {
    const size = this.#header?.size ?? 0;
    return paddedSize(size) - size;
  }

  #skip(bytes: number): void {
    if (bytes < 0) {
      throw damaged();
    }
    this.#await(bytes === 0 ? 'header' : 'skip', bytes === 0 ? blockSize : bytes);
  }

  #await(state: State, bytes: number): void {
    this.#state = state;
    this.#left = bytes;
    if (bytes === 0) {
      this.#complete();
    }
  }
}
