import type { TarSink } from './sink.ts';
import type { SparseMap } from './sparse.ts';

const zeros = Buffer.alloc(65_536);

/** Hands the stored bytes of a file on, and zeros where it has holes. */
export class ContentWriter {
  readonly #sink: TarSink;
  readonly #map: SparseMap | null;
  #piece = 0;
  /** Bytes of the current piece that were written. */
  #written = 0;
  /** Position in the file as it is unpacked. */
  #position = 0;

  constructor(sink: TarSink, map: SparseMap | null) {
    this.#sink = sink;
    this.#map = map;
  }

  write(bytes: Buffer): void {
    if (this.#map === null) {
      this.#sink.write(bytes);
      return;
    }
    for (let at = 0; at < bytes.length;) {
      const piece = this.#map.pieces[this.#piece];
      if (piece === undefined) {
        return;
      }
      this.#fill(piece.offset);
      const taken = bytes.subarray(at, at + piece.length - this.#written);
      this.#sink.write(taken);
      at += taken.length;
      this.#written += taken.length;
      this.#position = Math.max(this.#position, piece.offset + this.#written);
      if (this.#written === piece.length) {
        this.#piece++;
        this.#written = 0;
      }
    }
  }

  end(): void {
    this.#fill(this.#map?.size ?? 0);
    this.#sink.end();
  }

  #fill(until: number): void {
    while (this.#position < until) {
      const hole = zeros.subarray(0, Math.min(zeros.length, until - this.#position));
      this.#sink.write(hole);
      this.#position += hole.length;
    }
  }
}
