import type { DatabaseSync } from 'node:sqlite';
import type { DeliveryState } from '../delivery-store.ts';
import { conflict } from '../check-document.ts';
import type { AuditEntry, DocumentKind } from '../document-store.ts';

/** Deliveries, documents and the audit log: the writing side. Within a transaction of the caller. */
export class SmallTables {
  readonly #database: DatabaseSync;
  readonly #now: () => number;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
  }

  openDelivery(destination: string, lastPosition: number): DeliveryState {
    this.#database
      .prepare('INSERT OR IGNORE INTO delivery (destination, position, delivered, lost) VALUES (?, ?, 0, 0)')
      .run(destination, lastPosition);
    return deliveryStates(this.#database).find((state) => state.destination === destination) as DeliveryState;
  }

  advance(destination: string, position: number, delivered: number): void {
    this.#database
      .prepare('UPDATE delivery SET position = ?, delivered = delivered + ? WHERE destination = ?')
      .run(position, delivered, destination);
  }

  bury(destination: string, position: number, reason: string, attempts: number, atMs: number): void {
    this.#database
      .prepare(
        'INSERT INTO dead_letter (destination, position, reason, attempts, at_ms) VALUES (?, ?, ?, ?, ?)',
      )
      .run(destination, position, reason.toWellFormed(), attempts, atMs);
  }

  forget(ids: readonly number[]): number {
    const remove = this.#database.prepare('DELETE FROM dead_letter WHERE id = ?');
    let forgotten = 0;
    for (const id of ids) {
      forgotten += Number(remove.run(id).changes);
    }
    return forgotten;
  }

  /** `json` is the value. Throws AppError 'store.conflict'. */
  putDocument(kind: DocumentKind, id: string, json: string, revision: number | undefined): number {
    const row = this.#database
      .prepare('SELECT revision FROM document WHERE kind = ? AND id = ?')
      .get(kind, id) as { revision: number } | undefined;
    const before = row?.revision ?? 0;
    if (revision !== undefined && revision !== before) {
      throw conflict(kind, id);
    }
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO document (kind, id, value, revision, updated_ms) VALUES (?, ?, ?, ?, ?)',
      )
      .run(kind, id, json, before + 1, this.#now());
    return before + 1;
  }

  removeDocument(kind: DocumentKind, id: string): boolean {
    return this.#database.prepare('DELETE FROM document WHERE kind = ? AND id = ?').run(kind, id).changes > 0;
  }

  audit(entry: AuditEntry): void {
    this.#database.prepare('INSERT INTO audit (entry) VALUES (?)').run(JSON.stringify(entry));
  }
}

export function deliveryStates(database: DatabaseSync): DeliveryState[] {
  const rows = database
    .prepare(
      `SELECT destination, position, delivered, lost,
        (SELECT count(*) FROM dead_letter WHERE dead_letter.destination = delivery.destination) AS deadLetters
      FROM delivery ORDER BY destination`,
    )
    .all() as unknown as DeliveryState[];
  return rows.map((row) => ({ ...row }));
}
