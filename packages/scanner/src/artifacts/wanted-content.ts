import type { ArtifactFile, FileInfo } from '../analyzer.ts';
import { distantFile, memoryFile } from './files.ts';
import type { Scratch, ScratchFile } from './scratch.ts';

/** Collects the content of one file: in memory up to a size, above it in the temporary folder. */
export class WantedContent {
  readonly #info: FileInfo;
  readonly #scratch: Scratch;
  readonly #inMemory: boolean;
  /** A file that lies whole in one chunk, which is not copied. */
  #borrowed: Buffer | null = null;
  /** Memory for the whole file, of which `#length` bytes have come: parts that are joined at the end need twice as much. */
  #own: Buffer | null = null;
  #length = 0;
  #disk: ScratchFile | null = null;

  constructor(info: FileInfo, inMemory: boolean, scratch: Scratch) {
    this.#info = info;
    this.#scratch = scratch;
    this.#inMemory = inMemory;
  }

  /** `bytes` may be kept only until the next call, so what is held longer is copied. */
  write(bytes: Buffer): void {
    if (!this.#inMemory) {
      this.#disk ??= this.#scratch.create();
      this.#disk.append(bytes);
    } else if (bytes.length === this.#info.size) {
      this.#borrowed = bytes;
    } else {
      this.#own ??= Buffer.allocUnsafeSlow(this.#info.size);
      this.#length += bytes.copy(this.#own, this.#length);
    }
  }

  /** The file, readable until `remove`; in memory it may share the bytes of the last `write`. */
  file(): ArtifactFile {
    const disk = this.#disk;
    if (disk !== null) {
      return distantFile({ ...this.#info, size: disk.size }, (buffer, offset) =>
        disk.readInto(buffer, offset),
      );
    }
    return memoryFile(this.#info, this.#held());
  }

  /** Makes the content independent of chunks, so that it can be kept. Gives the bytes that it holds in memory. */
  keep(): number {
    if (this.#disk !== null) {
      return 0;
    }
    if (this.#borrowed !== null) {
      // A slice of a large chunk would keep all of it, and so would one of the memory that small buffers share.
      this.#own = Buffer.allocUnsafeSlow(this.#borrowed.length);
      this.#length = this.#borrowed.copy(this.#own);
      this.#borrowed = null;
    }
    return this.#length;
  }

  #held(): Buffer {
    return this.#borrowed ?? this.#own?.subarray(0, this.#length) ?? Buffer.alloc(0);
  }

  remove(): void {
    this.#borrowed = null;
    this.#own = null;
    this.#disk?.remove();
    this.#disk = null;
  }
}
