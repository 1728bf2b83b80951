import { checkDocument, conflict } from '../store/check-document.ts';
import type {
  AuditEntry,
  AuditLog,
  DocumentKind,
  DocumentStore,
  StoredDocument,
} from '../store/document-store.ts';

export class MemoryDocuments implements DocumentStore {
  readonly #now: () => number;
  readonly #documents = new Map<string, StoredDocument>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get(kind: DocumentKind, id: string): Promise<StoredDocument | null> {
    return Promise.resolve(this.#documents.get(`${kind} ${id}`) ?? null);
  }

  list(kind: DocumentKind): Promise<readonly StoredDocument[]> {
    const found = [...this.#documents].filter(([key]) => key.startsWith(`${kind} `));
    return Promise.resolve(found.map(([, document]) => document).sort((a, b) => (a.id < b.id ? -1 : 1)));
  }

  put(kind: DocumentKind, id: string, value: unknown, revision?: number): Promise<number> {
    return new Promise((resolve) => {
      resolve(this.#put(kind, id, value, revision));
    });
  }

  #put(kind: DocumentKind, id: string, value: unknown, revision?: number): number {
    const json = checkDocument(kind, id, value);
    const before = this.#documents.get(`${kind} ${id}`)?.revision ?? 0;
    if (revision !== undefined && revision !== before) {
      throw conflict(kind, id);
    }
    this.#documents.set(`${kind} ${id}`, {
      id,
      value: JSON.parse(json),
      revision: before + 1,
      updatedMs: this.#now(),
    });
    return before + 1;
  }

  remove(kind: DocumentKind, id: string): Promise<boolean> {
    return Promise.resolve(this.#documents.delete(`${kind} ${id}`));
  }
}

export class MemoryAudit implements AuditLog {
  readonly #entries: (AuditEntry & { readonly id: number })[] = [];
  #last = 0;

  /** Takes away what was before a moment. */
  tidy(horizonMs: number): void {
    const kept = this.#entries.findIndex(({ atMs }) => atMs >= horizonMs);
    this.#entries.splice(0, kept === -1 ? this.#entries.length : kept);
  }

  append(entry: AuditEntry): Promise<void> {
    this.#entries.push({ ...structuredClone(entry), id: ++this.#last });
    return Promise.resolve();
  }

  list(limit: number, before = Infinity): Promise<readonly (AuditEntry & { readonly id: number })[]> {
    return Promise.resolve(
      this.#entries
        .filter(({ id }) => id < before)
        .reverse()
        .slice(0, limit),
    );
  }
}
