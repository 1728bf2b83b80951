const firstSlots = 1024;

/** The newest alert of each of many numbered things: twenty bytes of each, as there may be as many as there are alerts. */
export class IdTable {
  /** Numbers plus one; 0 for a free slot. */
  #ids = new Uint32Array(firstSlots);
  /** Microseconds, by slot. */
  lasts = new Float64Array(firstSlots);
  /** By slot; 0 for none yet. */
  positions = new Float64Array(firstSlots);
  size = 0;

  /** The slot of a number, a new one if it has none. Slots are others after the next new one. */
  slotOf(id: number): number {
    const slot = this.#find(id);
    if (this.#ids[slot] !== 0) {
      return slot;
    }
    if (4 * this.size >= 3 * this.#ids.length) {
      this.#grow();
      return this.slotOf(id);
    }
    this.#ids[slot] = id + 1;
    this.size++;
    return slot;
  }

  idAt(slot: number): number {
    return (this.#ids[slot] as number) - 1;
  }

  *slots(): Generator<number> {
    for (let slot = 0; slot < this.#ids.length; slot++) {
      if (this.#ids[slot] !== 0) {
        yield slot;
      }
    }
  }

  #find(id: number): number {
    const ids = this.#ids;
    const mask = ids.length - 1;
    let slot = (Math.imul(id, 0x9e3779b1) >>> 8) & mask;
    while (ids[slot] !== 0 && ids[slot] !== id + 1) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const { lasts, positions } = this;
    const ids = this.#ids;
    this.#ids = new Uint32Array(2 * ids.length);
    this.lasts = new Float64Array(2 * ids.length);
    this.positions = new Float64Array(2 * ids.length);
    for (let before = 0; before < ids.length; before++) {
      const number = ids[before] as number;
      if (number !== 0) {
        const slot = this.#find(number - 1);
        this.#ids[slot] = number;
        this.lasts[slot] = lasts[before] as number;
        this.positions[slot] = positions[before] as number;
      }
    }
  }
}
