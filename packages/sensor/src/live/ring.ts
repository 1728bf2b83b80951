/** The memory of a BPF ring buffer as the kernel maps it. */
export interface RingMemory {
  /** The page with the consumer's position; the only one that is written. */
  readonly consumer: ArrayBuffer;
  /** The page with the producer's position, then the records' area, then `overlapBytes` of its start once more. */
  readonly producer: ArrayBuffer;
  readonly ringBytes: number;
  readonly pageBytes: number;
}

const headerBytes = 8;
/** No record is longer: header, DATA_SIZE and DATA_ROOM of packages/sensor/bpf, rounded up to the largest pages. */
const longestRecord = 1 << 16;
const busyBit = 0x8000_0000 | 0;
const discardBit = 0x4000_0000;
const lengthMask = 0x3fff_ffff;
const range32 = 0x1_0000_0000;

/**
 * How much of the records' area is seen a second time behind its end, so that no record is ever split. The kernel offers
 * all of it; each page that is mapped counts as memory of this process, though.
 */
export function overlapBytes(ringBytes: number): number {
  return Math.min(ringBytes, longestRecord);
}

/**
 * Reads a BPF ring buffer without a system call. Positions count bytes for ever; their lower 32 bits are enough here,
 * since a ring is smaller than 2 GiB. What has been read stays the reader's until `publish`, which is for once a batch.
 */
export class Ring {
  /** The records' area and its overlap. For reading only: the kernel ends a process that writes there. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Length in bytes of the record that `peek` has found. */
  length = 0;

  readonly #consumer: BigUint64Array;
  readonly #producer: Int32Array;
  readonly #words: Int32Array;
  readonly #mask: number;
  #position: number;
  #publishedAt: number;
  /** Bytes that are known to have been produced and not read. */
  #known = 0;

  constructor({ consumer, producer, ringBytes, pageBytes }: RingMemory) {
    const length = ringBytes + overlapBytes(ringBytes);
    this.bytes = new Uint8Array(producer, pageBytes, length);
    this.view = new DataView(producer, pageBytes, length);
    this.#words = new Int32Array(producer, pageBytes, ringBytes >>> 2);
    this.#producer = new Int32Array(producer, 0, 2);
    this.#consumer = new BigUint64Array(consumer, 0, 1);
    this.#mask = ringBytes - 1;
    this.#position = Number(Atomics.load(this.#consumer, 0));
    this.#publishedAt = this.#position;
  }

  /** Where the next record starts in `bytes`, or -1 when none is complete. Sets `length`. */
  peek(): number {
    for (;;) {
      if (this.#known === 0 && !this.#lookForMore()) {
        return -1;
      }
      const offset = ((this.#position % range32) & this.#mask) >>> 0;
      const header = Atomics.load(this.#words, offset >>> 2);
      if ((header & busyBit) !== 0) {
        return -1;
      }
      this.length = header & lengthMask;
      if ((header & discardBit) === 0) {
        return offset + headerBytes;
      }
      this.advance();
    }
  }

  /** Goes past the record that `peek` has found. */
  advance(): void {
    const used = (this.length + headerBytes + 7) & ~7;
    this.#position += used;
    this.#known -= used;
  }

  /** Bytes that have been read and not been given back. */
  get held(): number {
    return this.#position - this.#publishedAt;
  }

  /** Gives what has been read back to the kernel. */
  publish(): void {
    if (this.held > 0) {
      Atomics.store(this.#consumer, 0, BigInt(this.#position));
      this.#publishedAt = this.#position;
    }
  }

  /** Bytes that wait to be read. */
  get backlog(): number {
    return (Atomics.load(this.#producer, 0) - ((this.#position % range32) | 0)) >>> 0;
  }

  #lookForMore(): boolean {
    this.#known = this.backlog;
    return this.#known > 0;
  }
}
