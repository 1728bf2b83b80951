/** Kinds of small documents that the server keeps. */
export type DocumentKind =
  | 'silence'
  | 'exception'
  | 'acceptance'
  | 'token'
  | 'agent'
  | 'user'
  | 'session'
  | 'view'
  | 'setting'
  | 'rule';

export interface StoredDocument<T = unknown> {
  readonly id: string;
  readonly value: T;
  /** Grows with each change. */
  readonly revision: number;
  readonly updatedMs: number;
}

/** Small documents by kind and id. Values are JSON and at most 1 MiB. */
export interface DocumentStore {
  get(kind: DocumentKind, id: string): Promise<StoredDocument | null>;
  list(kind: DocumentKind): Promise<readonly StoredDocument[]>;
  /**
   * Writes and gives the new revision. With `revision`, only when that is still the current one (0: only when there is
   * none); throws AppError 'store.conflict' otherwise.
   */
  put(kind: DocumentKind, id: string, value: unknown, revision?: number): Promise<number>;
  /** False when there was none. */
  remove(kind: DocumentKind, id: string): Promise<boolean>;
}

/** One write that somebody made. */
export interface AuditEntry {
  readonly atMs: number;
  /** A user or the name of a token. */
  readonly by: string;
  /** Such as `silence.create`. */
  readonly action: string;
  readonly target: string;
  /** Without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly address: string;
}

export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(limit: number, before?: number): Promise<readonly (AuditEntry & { readonly id: number })[]>;
}
