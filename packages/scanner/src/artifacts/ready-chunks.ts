import type { Readable } from 'node:stream';

/**
 * What a stream gave and nobody has taken yet, in its chunks as they are. The stream goes on without being asked, and is
 * told to pause once so many bytes wait: iterating over it would let it work on only when the next chunk is asked for.
 */
export class ReadyChunks {
  readonly #stream: Readable;
  readonly #aheadBytes: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #end: { readonly error: Error | null } | null = null;
  #wake: (() => void) | null = null;

  constructor(stream: Readable, aheadBytes: number) {
    this.#stream = stream;
    this.#aheadBytes = aheadBytes;
    stream.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes >= aheadBytes) {
        stream.pause();
      }
      this.#wake?.();
    });
    stream.on('end', () => this.#finish(null));
    stream.on('error', (error: Error) => this.#finish(error));
    stream.on('close', () => this.#finish(new Error('the stream was closed before its end')));
  }

  /** null at the end. Throws the error of the stream once all that came before was taken. */
  async next(): Promise<Buffer | null> {
    while (this.#chunks.length === 0) {
      if (this.#end !== null) {
        if (this.#end.error === null) {
          return null;
        }
        throw this.#end.error;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    const chunk = this.#chunks.shift() ?? null;
    this.#bytes -= chunk?.length ?? 0;
    if (this.#stream.isPaused() && this.#bytes < this.#aheadBytes) {
      this.#stream.resume();
    }
    return chunk;
  }

  #finish(error: Error | null): void {
    this.#end ??= { error };
    this.#wake?.();
  }
}
