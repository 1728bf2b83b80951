/** Least recently used goes first. */
export class Cache<T, Key = number> {
  readonly #budget: number;
  readonly #entries = new Map<Key, { readonly value: T; readonly bytes: number }>();
  #bytes = 0;
  evicted = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  get(key: Key, load: () => { readonly value: T; readonly bytes: number } | null): T | null {
    const entry = this.#entries.get(key) ?? load();
    if (entry === null) {
      return null;
    }
    if (this.#entries.delete(key)) {
      this.#bytes -= entry.bytes;
    }
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#budget || oldest === key) {
        break;
      }
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
      this.evicted++;
    }
    return entry.value;
  }
}
