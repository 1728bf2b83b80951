// A disk with a write cache that forgets: what was written and not flushed is gone when the power is cut, wholly or in
// part and in any order, as with real disks.
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

export const sectorBytes = 512;

const defaultCacheBytes = 64 * 2 ** 20;

interface Write {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface CutReport {
  /** Writes that nobody had asked to be flushed. */
  readonly writes: number;
  /** Those of them that are on the disk all the same, wholly or in part. */
  readonly kept: number;
}

/** Offsets and lengths are whole sectors. */
export class VolatileDisk {
  readonly size: number;
  readonly #file: number;
  readonly #cacheBytes: number;
  /** In the order in which they came. */
  #cache: Write[] = [];
  #cached = 0;
  #flushes = 0;

  /**
   * `path`: what is on the disk for good. It is made when it is not there, and is `size` bytes long. Of what the cache
   * cannot hold, the oldest goes to the disk, as with real ones.
   */
  constructor(path: string, size: number, cacheBytes: number = defaultCacheBytes) {
    this.size = size;
    this.#cacheBytes = cacheBytes;
    this.#file = openSync(path, 'a+');
    closeSync(this.#file);
    this.#file = openSync(path, 'r+');
    ftruncateSync(this.#file, size);
  }

  get flushes(): number {
    return this.#flushes;
  }

  /** Writes that would be forgotten now. */
  get unflushed(): number {
    return this.#cache.length;
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, offset);
    for (const write of this.#cache) {
      const from = Math.max(offset, write.offset);
      const to = Math.min(offset + length, write.offset + write.bytes.length);
      if (from < to) {
        write.bytes.copy(bytes, from - offset, from - write.offset, to - write.offset);
      }
    }
    return bytes;
  }

  write(offset: number, bytes: Buffer): void {
    this.#cache.push({ offset, bytes: Buffer.from(bytes) });
    this.#cached += bytes.length;
    while (this.#cached > this.#cacheBytes) {
      this.#settleOldest();
    }
  }

  /** Everything that was written before is on the disk then. */
  flush(): void {
    this.#flushes++;
    while (this.#cache.length > 0) {
      this.#settleOldest();
    }
  }

  /**
   * The power goes. Each write that was not flushed is lost, kept, or torn: some of its sectors are kept. `fraction` gives
   * 0 to 1.
   */
  cut(fraction: () => number): CutReport {
    const writes = this.#cache.length;
    // At some cuts nothing of the cache survives, at others much of it.
    const chance = fraction() < 0.3 ? 0 : fraction();
    let kept = 0;
    for (const { offset, bytes } of this.#cache) {
      if (fraction() < chance) {
        kept++;
        const isTorn = fraction() < 0.3;
        for (let at = 0; at < bytes.length; at += sectorBytes) {
          if (!isTorn || fraction() < 0.5) {
            writeSync(this.#file, bytes, at, Math.min(sectorBytes, bytes.length - at), offset + at);
          }
        }
      }
    }
    this.#cache = [];
    this.#cached = 0;
    return { writes, kept };
  }

  close(): void {
    closeSync(this.#file);
  }

  #settleOldest(): void {
    const write = this.#cache.shift();
    if (write !== undefined) {
      writeSync(this.#file, write.bytes, 0, write.bytes.length, write.offset);
      this.#cached -= write.bytes.length;
    }
  }
}
