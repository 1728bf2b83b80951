import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What one try to sign in began with. */
export interface Attempt {
  /** Where on the page it began, and where it ends. */
  readonly to: string;
  readonly nonce: string;
  /** Of PKCE. */
  readonly verifier: string;
  readonly redirectUri: string;
}

interface Kept {
  readonly attempt: Attempt;
  /** Of what the browser's cookie holds. */
  readonly secretHash: Buffer;
  readonly beganMs: number;
  used: boolean;
}

/** over: unknown, or begun too long ago. browser: another one began it. used: it was ended already. */
export type NoAttempt = 'over' | 'browser' | 'used';

export const attemptLongestMs = 10 * 60_000;
const maxAttempts = 10_000;

/** Tries to sign in by the provider that have begun. A state is good once, for ten minutes, in the browser that has its cookie. */
export class Attempts {
  /** By the hash of the state, oldest first. */
  readonly #kept = new Map<string, Kept>();
  /** Those that were forgotten to make room. */
  evicted = 0;

  get size(): number {
    return this.#kept.size;
  }

  /** The state goes to the provider, the secret into a cookie. */
  begin(attempt: Attempt, nowMs: number): { state: string; secret: string } {
    this.#makeRoom(nowMs);
    const state = randomBytes(32).toString('base64url');
    const secret = randomBytes(32).toString('base64url');
    this.#kept.set(hashOf(state).toString('hex'), {
      attempt,
      secretHash: hashOf(secret),
      beganMs: nowMs,
      used: false,
    });
    return { state, secret };
  }

  /** Ends it: whatever comes of it, the same state opens nothing again. */
  take(
    state: string,
    secret: string | undefined,
    nowMs: number,
  ): Attempt | { no: NoAttempt; to: string | null } {
    const kept = this.#kept.get(hashOf(state).toString('hex'));
    if (kept === undefined || nowMs - kept.beganMs >= attemptLongestMs) {
      return { no: 'over', to: null };
    }
    if (secret === undefined || !timingSafeEqual(hashOf(secret), kept.secretHash)) {
      // The cookie goes when it is used; without it nobody is told where the other one wanted to go.
      return { no: kept.used ? 'used' : 'browser', to: null };
    }
    if (kept.used) {
      return { no: 'used', to: kept.attempt.to };
    }
    kept.used = true;
    return kept.attempt;
  }

  #makeRoom(nowMs: number): void {
    for (const [id, { beganMs }] of this.#kept) {
      const isOver = nowMs - beganMs >= attemptLongestMs;
      if (!isOver && this.#kept.size < maxAttempts) {
        return;
      }
      this.evicted += isOver ? 0 : 1;
      this.#kept.delete(id);
    }
  }
}

/** A short name of a state that tells nothing of it: several tries in one browser have a cookie each. */
export function stateName(state: string): string {
  return hashOf(state).toString('hex').slice(0, 16);
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
