import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { packWord } from './words.ts';

/** Values that are remembered for each kind. */
const maxRemembered = 20_000;

/** Numbers for values that occur often, for the thread that writes. */
export class Dictionary {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #last: StatementSync;
  readonly #known: Map<string, number>[] = [];
  readonly #next: number[] = [];

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT id FROM word WHERE kind = ? AND value = ?');
    this.#add = database.prepare('INSERT INTO word (kind, id, value) VALUES (?, ?, ?)');
    this.#last = database.prepare('SELECT max(id) AS id FROM word WHERE kind = ?');
  }

  /** Gives the number of a value, a new one for a new value. Numbers begin with 0. */
  idOf(kind: number, value: string): number {
    const known = (this.#known[kind] ??= new Map());
    const id = known.get(value);
    if (id !== undefined) {
      return id;
    }
    const found = this.find(kind, value) ?? this.#insert(kind, value);
    if (known.size >= maxRemembered) {
      known.clear();
    }
    known.set(value, found);
    return found;
  }

  /** Null when there is none. */
  find(kind: number, value: string): number | null {
    const row = this.#find.get(kind, packWord(kind, value)) as { id: number } | undefined;
    return row?.id ?? null;
  }

  /** After a transaction that was not committed, or when values were removed. */
  forget(): void {
    this.#known.length = 0;
    this.#next.length = 0;
  }

  #insert(kind: number, value: string): number {
    const id = this.#next[kind] ?? ((this.#last.get(kind) as { id: number | null }).id ?? -1) + 1;
    this.#add.run(kind, id, packWord(kind, value));
    this.#next[kind] = id + 1;
    return id;
  }
}
