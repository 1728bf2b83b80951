import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Users } from './users.ts';

/** The secret of the link that makes the first administrator; it works until there is one. */
export class FirstRun {
  readonly #secret = randomBytes(24).toString('base64url');
  readonly #users: Users;
  #used = false;

  constructor(users: Users) {
    this.#users = users;
  }

  /** Null as soon as there was an administrator; people who may only look, as a provider can name them, do not count. */
  get secret(): string | null {
    return this.#users.hadAdministrator ? null : this.#secret;
  }

  /** Makes somebody when the secret is right; null otherwise. Of two at the same time only one comes through. */
  async use<T>(secret: string, make: () => Promise<T>): Promise<T | null> {
    const given = Buffer.from(secret);
    const kept = Buffer.from(this.secret ?? '');
    const opens = kept.length > 0 && given.length === kept.length && timingSafeEqual(given, kept);
    if (!opens || this.#used) {
      return null;
    }
    this.#used = true;
    try {
      return await make();
    } finally {
      this.#used = false;
    }
  }
}
