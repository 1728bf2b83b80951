import { createHash, randomBytes } from 'node:crypto';
import type { DocumentStore } from '../store/document-store.ts';

/** Somebody's browser that has signed in. */
export interface Session {
  /** Hash of what the cookie holds: what is stored opens nothing. */
  readonly id: string;
  readonly user: string;
  /** What changes have to bring along beside the cookie. */
  readonly csrf: string;
  readonly createdMs: number;
  readonly seenMs: number;
}

export const sessionIdleMs = 12 * 3_600_000;
export const sessionLongestMs = 7 * 86_400_000;
/** So often is it written that a session is in use. */
const noteMs = 5 * 60_000;
const maxOfUser = 20;
const maxSessions = 10_000;

/** Sessions of people. They end after 12 idle hours, after a week, and with their user or password. */
export class Sessions {
  readonly #documents: DocumentStore;
  /** Least recently noted first. */
  readonly #kept = new Map<string, Session>();
  /** Ended, and still on a disk that did not take it. */
  readonly #unremoved = new Set<string>();
  /** Sessions that were ended to make room. */
  evicted = 0;

  private constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  static async load(documents: DocumentStore, nowMs: number): Promise<Sessions> {
    const sessions = new Sessions(documents);
    const stored = (await documents.list('session')).map(({ value }) => value as Session);
    for (const session of stored.sort((a, b) => a.seenMs - b.seenMs)) {
      sessions.#kept.set(session.id, session);
    }
    await sessions.#sweep(nowMs);
    return sessions;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The secret belongs into the cookie and nowhere else. */
  async open(user: string, nowMs: number): Promise<{ secret: string; session: Session }> {
    await this.#sweep(nowMs);
    const own = [...this.#kept.values()].filter((session) => session.user === user);
    await this.#evict(own.slice(0, Math.max(0, own.length - maxOfUser + 1)));
    await this.#evict([...this.#kept.values()].slice(0, Math.max(0, this.#kept.size - maxSessions + 1)));
    const secret = randomBytes(32).toString('base64url');
    const session: Session = {
      id: hashOf(secret),
      user,
      csrf: randomBytes(18).toString('base64url'),
      createdMs: nowMs,
      seenMs: nowMs,
    };
    await this.#documents.put('session', session.id, session);
    this.#kept.set(session.id, session);
    return { secret, session };
  }

  /** Null for a secret that opens nothing, or no longer. */
  find(secret: string, nowMs: number): Session | null {
    const session = this.#kept.get(hashOf(secret));
    return session === undefined || isOver(session, nowMs) ? null : session;
  }

  /** Keeps a session alive that is in use. */
  async note({ id }: Session, nowMs: number): Promise<void> {
    const session = this.#kept.get(id);
    if (session !== undefined && nowMs - session.seenMs >= noteMs) {
      const seen = { ...session, seenMs: nowMs };
      this.#kept.delete(id);
      this.#kept.set(id, seen);
      await this.#documents.put('session', id, seen);
    }
  }

  /** It opens nothing from this moment on, also when this rejects as the disk does not take it: it is tried again then. */
  end(id: string): Promise<void> {
    return this.#endAll([id]);
  }

  /** Ends all sessions of somebody, but for one. Rejects as {@link end} does. */
  endOf(user: string, except: string | null = null): Promise<void> {
    const own = [...this.#kept.values()].filter((session) => session.user === user && session.id !== except);
    return this.#endAll(own.map(({ id }) => id));
  }

  #sweep(nowMs: number): Promise<void> {
    return this.#endAll([...this.#kept.values()].filter((each) => isOver(each, nowMs)).map(({ id }) => id));
  }

  #evict(sessions: readonly Session[]): Promise<void> {
    this.evicted += sessions.length;
    return this.#endAll(sessions.map(({ id }) => id));
  }

  /** All in memory, before the first is removed from the disk. */
  async #endAll(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      this.#kept.delete(id);
      this.#unremoved.add(id);
    }
    for (const id of [...this.#unremoved]) {
      await this.#documents.remove('session', id);
      this.#unremoved.delete(id);
    }
  }
}

function isOver({ createdMs, seenMs }: Session, nowMs: number): boolean {
  return nowMs - createdMs >= sessionLongestMs || nowMs - seenMs >= sessionIdleMs;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
