/** A copy of an event that outlives its chunk. */
export interface StoredEvent {
  bytes: Uint8Array;
  view: DataView;
  /** 0 while the slot is empty: its memory waits for the thread's next event. */
  length: number;
}

export interface StoredEventLimits {
  readonly threads: number;
  readonly bytes: number;
}

/** What the threads of a large machine need with room to spare; a hostile capture gets no more. */
const defaultLimits: StoredEventLimits = { threads: 65_536, bytes: 16 * 1024 * 1024 };

/** The last enter event of each thread, for its exit event. Over a limit the least recently stored goes first. */
export class StoredEvents {
  /** Events that were pushed out before their exit event came. */
  evictions = 0;
  #bytes = 0;
  readonly #slots = new Map<number, StoredEvent>();
  readonly #limits: StoredEventLimits;

  constructor(limits: StoredEventLimits = defaultLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** Replaces what is stored for the thread with a copy of `length` bytes from `start`. */
  store(tid: number, bytes: Uint8Array, start: number, length: number): void {
    let slot = this.#slots.get(tid);
    if (slot !== undefined) {
      // Taken out and put back, so that the map's order is that of use.
      this.#slots.delete(tid);
    }
    if (slot === undefined || slot.bytes.length < length) {
      this.#bytes -= slot?.bytes.length ?? 0;
      slot = newSlot(length);
      this.#bytes += slot.bytes.length;
    }
    slot.bytes.set(bytes.subarray(start, start + length));
    slot.length = length;
    this.#slots.set(tid, slot);
    this.#evict();
  }

  /** The event stored for a thread, null when there is none. It stays until `release` or the next `store`. */
  get(tid: number): StoredEvent | null {
    const slot = this.#slots.get(tid);
    return slot === undefined || slot.length === 0 ? null : slot;
  }

  release(tid: number): void {
    const slot = this.#slots.get(tid);
    if (slot !== undefined) {
      slot.length = 0;
    }
  }

  clear(): void {
    this.#slots.clear();
    this.#bytes = 0;
  }

  #evict(): void {
    for (const [tid, slot] of this.#slots) {
      if (this.#slots.size <= this.#limits.threads && this.#bytes <= this.#limits.bytes) {
        return;
      }
      this.#slots.delete(tid);
      this.#bytes -= slot.bytes.length;
      if (slot.length > 0) {
        this.evictions++;
      }
    }
  }
}

function newSlot(length: number): StoredEvent {
  // In steps, so that a thread's slot is rarely replaced by a slightly larger one.
  const bytes = new Uint8Array(Math.ceil(length / 128) * 128);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}
