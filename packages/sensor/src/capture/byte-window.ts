/**
 * The bytes at hand of a stream that arrives in chunks. Items that lie whole in a chunk are read in place; only one
 * that crosses a border is put together in a buffer of its own, after which reading goes on in the chunk.
 */
export class ByteWindow {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  position = 0;
  end = 0;
  ended = false;
  /** Offset in the stream of `bytes[0]`. */
  #base = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkView = this.view;
  /** Offset in the stream of the chunk's first byte. */
  #chunkBase = 0;
  /** How much of the chunk has been copied to the carry buffer. */
  #copied = 0;
  #carry: Uint8Array = new Uint8Array(0);
  #carryView = this.view;
  #carried = 0;
  #inCarry = false;
  #needed = 0;

  get available(): number {
    return this.end - this.position;
  }

  /** Offset in the stream of the byte at `position`. */
  get offset(): number {
    return this.#base + this.position;
  }

  /** Size of the buffer for items that cross borders. */
  get carryBytes(): number {
    return this.#carry.length;
  }

  /** Takes the next chunk; the previous one must have been used up, that is `require` has said so. */
  push(chunk: Uint8Array): void {
    if (this.#inCarry ? this.#copied < this.#chunk.length : this.position < this.end) {
      throw new Error('a chunk was pushed before the previous one was read');
    }
    this.#chunkBase += this.#chunk.length;
    this.#chunk = chunk;
    this.#chunkView = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#copied = 0;
    if (this.#inCarry) {
      this.#fill();
    } else {
      this.#enterChunk(0);
    }
  }

  /**
   * True when `length` bytes are at hand now. False: they were not, and what is at hand is kept until the next `push`.
   * The bytes may have moved: read `bytes` and `position` again after true.
   */
  require(length: number): boolean {
    if (this.end - this.position >= length) {
      return true;
    }
    if (!this.#inCarry) {
      if (this.position < this.end) {
        this.#startCarry();
      } else {
        return false;
      }
    }
    this.#needed = length;
    return this.#fill();
  }

  /**
   * Goes on behind `length` bytes that are at hand. When an item was put together from two chunks, it must take more
   * bytes than the first of them gave.
   */
  consume(length: number): void {
    this.position += length;
    if (this.#inCarry) {
      this.#enterChunk(this.#copied - (this.#carried - this.position));
    }
  }

  /** Consumes up to `length` bytes without looking at them; gives how many. */
  skip(length: number): number {
    const skipped = Math.min(length, this.end - this.position);
    if (skipped > 0) {
      this.consume(skipped);
    }
    return skipped;
  }

  #enterChunk(position: number): void {
    this.bytes = this.#chunk;
    this.view = this.#chunkView;
    this.position = position;
    this.end = this.#chunk.length;
    this.#base = this.#chunkBase;
    this.#inCarry = false;
  }

  #startCarry(): void {
    const rest = this.end - this.position;
    this.#carried = 0;
    this.#reserve(rest);
    this.#carry.set(this.bytes.subarray(this.position, this.end));
    this.#carried = rest;
    this.#copied = this.#chunk.length;
    this.#inCarry = true;
    this.#base += this.position;
    this.bytes = this.#carry;
    this.view = this.#carryView;
    this.position = 0;
    this.end = rest;
  }

  #fill(): boolean {
    const wanted = Math.min(this.#needed - this.#carried, this.#chunk.length - this.#copied);
    if (wanted > 0) {
      // Grows with the bytes that have come, not with what a block's header promises.
      this.#reserve(this.#carried + wanted);
      this.#carry.set(this.#chunk.subarray(this.#copied, this.#copied + wanted), this.#carried);
      this.#carried += wanted;
      this.#copied += wanted;
      this.bytes = this.#carry;
      this.view = this.#carryView;
      this.end = this.#carried;
    }
    return this.#carried >= this.#needed;
  }

  #reserve(length: number): void {
    const current = this.#carry.length;
    const isWasteful = current > largeCarryBytes && length <= smallCarryBytes && this.#carried === 0;
    if (length <= current && !isWasteful) {
      return;
    }
    const size = Math.max(smallCarryBytes, isWasteful ? 0 : Math.min(2 * current, length * 2), length);
    const grown = new Uint8Array(size);
    grown.set(this.#carry.subarray(0, Math.min(this.#carried, size)));
    this.#carry = grown;
    this.#carryView = new DataView(grown.buffer);
  }
}

const smallCarryBytes = 64 * 1024;
/** A larger buffer, left by a large event, is given back. */
const largeCarryBytes = 1024 * 1024;
