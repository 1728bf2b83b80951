import type { ArtifactFile, FileInfo } from '../analyzer.ts';
import { distantFile, memoryFile } from './files.ts';
import type { Scratch, ScratchFile } from './scratch.ts';

/** Collects the content of one file: in memory up to a size, above it in the temporary folder. */
export class WantedContent {
  readonly #info: FileInfo;
  readonly #scratch: Scratch;
  readonly #inMemory: boolean;
  #parts: Buffer[] = [];
  #disk: ScratchFile | null = null;

  constructor(info: FileInfo, inMemory: boolean, scratch: Scratch) {
    this.#info = info;
    this.#scratch = scratch;
    this.#inMemory = inMemory;
  }

  /** `bytes` may be kept only until the next call, so what is held longer is copied. */
  write(bytes: Buffer): void {
    if (this.#inMemory) {
      // A file that lies whole in one chunk is not copied.
      this.#parts.push(bytes.length === this.#info.size ? bytes : Buffer.from(bytes));
    } else {
      this.#disk ??= this.#scratch.create();
      this.#disk.append(bytes);
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
    return memoryFile(this.#info, this.#joined());
  }

  /** Makes the content independent of chunks, so that it can be kept. Gives the bytes that it holds in memory. */
  keep(): number {
    if (this.#disk !== null) {
      return 0;
    }
    const bytes = this.#joined();
    // A slice of a large chunk would keep all of it.
    this.#parts = [Buffer.from(bytes)];
    return bytes.length;
  }

  #joined(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#parts;
    const bytes = others.length === 0 ? first : Buffer.concat(this.#parts);
    this.#parts = [bytes];
    return bytes;
  }

  remove(): void {
    this.#parts = [];
    this.#disk?.remove();
    this.#disk = null;
  }
}
