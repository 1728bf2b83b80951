/** Remembers the last entries that were set, so many and no more. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #size: number;
  /** Entries that gave way to others. */
  evicted = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    if (!this.#entries.has(key) && this.#entries.size >= this.#size) {
      this.#evictOldest();
    }
    this.#entries.set(key, value);
  }

  #evictOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      this.evicted++;
      return;
    }
  }
}
