/** A map of limited size that forgets the entry that was added first. */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #size: number;
  #evictions = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** How many entries had to make room. */
  get evictions(): number {
    return this.#evictions;
  }

  /** The value of a key, made by `make` when it is not there. */
  get(key: K, make: (key: K) => V): V {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      return known;
    }
    const made = make(key);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size < this.#size) {
        break;
      }
      this.#entries.delete(oldest);
      this.#evictions++;
    }
    this.#entries.set(key, made);
    return made;
  }
}
