import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Scope } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../store/document-store.ts';

/** Whoever asks. */
export interface Principal {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdMs: number;
  /** null: never. */
  readonly expiresMs: number | null;
  /** When it opened something last, exact to five minutes after a restart; null: not yet. */
  readonly lastUsedMs: number | null;
}

interface KeptToken extends Omit<Token, 'lastUsedMs'> {
  /** SHA-256 of the secret: what is stored opens nothing. */
  readonly hash: string;
}

const maxTokens = 10_000;
/** So long is shown that a token has expired. */
const shownMs = 86_400_000;
const noteMs = 5 * 60_000;
/** Uses stand in a document of their own: writing them cannot bring a token back that is revoked meanwhile. */
const usesId = 'token-uses';

/** Tokens with scopes. Their secrets are shown once and kept as hashes. */
export class Tokens {
  readonly #documents: DocumentStore;
  readonly #kept = new Map<string, KeptToken>();
  readonly #uses = new Map<string, number>();
  #notedMs = 0;
  #isNoted = true;

  private constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  static async load(documents: DocumentStore): Promise<Tokens> {
    const tokens = new Tokens(documents);
    for (const { value } of await documents.list('token')) {
      // Written by this class only.
      const token = value as KeptToken;
      tokens.#kept.set(token.id, token);
    }
    const uses = await documents.get('setting', usesId);
    for (const [id, atMs] of Object.entries((uses?.value ?? {}) as Readonly<Record<string, number>>)) {
      if (tokens.#kept.has(id)) {
        tokens.#uses.set(id, atMs);
      }
    }
    return tokens;
  }

  list(): Token[] {
    return [...this.#kept.values()].map(({ id, name, scopes: own, createdMs, expiresMs }) => ({
      id,
      name,
      scopes: own,
      createdMs,
      expiresMs,
      lastUsedMs: this.#uses.get(id) ?? null,
    }));
  }

  /**
   * `keep` is told the secret before the token counts, so that no token is left whose secret nobody has. Throws AppError
   * 'store.conflict' when there are too many.
   */
  async create(
    input: Pick<Token, 'name' | 'scopes' | 'expiresMs'>,
    nowMs: number,
    keep: (secret: string) => void = () => undefined,
  ): Promise<{ token: Token; secret: string }> {
    if (this.#kept.size >= maxTokens) {
      throw new AppError('store.conflict', `there are ${maxTokens} tokens already`, {
        hint: 'Revoke those that nobody needs any more: lanner server token list',
      });
    }
    const id = randomBytes(6).toString('hex');
    const secret = `lnr_${id}_${randomBytes(24).toString('base64url')}`;
    const kept: KeptToken = { id, ...input, createdMs: nowMs, hash: hashOf(secret) };
    keep(secret);
    await this.#documents.put('token', id, kept);
    this.#kept.set(id, kept);
    return { token: { id, ...input, createdMs: nowMs, lastUsedMs: null }, secret };
  }

  async revoke(id: string): Promise<boolean> {
    const [kept, usedMs] = [this.#kept.get(id), this.#uses.get(id)];
    this.#kept.delete(id);
    this.#uses.delete(id);
    try {
      return await this.#documents.remove('token', id);
    } catch (error) {
      // The disk has not taken its end: it would come back at the next start, so it holds until then too.
      if (kept !== undefined) {
        this.#kept.set(id, kept);
      }
      if (usedMs !== undefined) {
        this.#uses.set(id, usedMs);
      }
      throw error;
    }
  }

  /** Removes what expired a day ago, and writes down which were used; called once a minute, and at the end. */
  async tidy(nowMs: number, isLast = false): Promise<void> {
    for (const { id, expiresMs } of [...this.#kept.values()]) {
      if (expiresMs !== null && expiresMs + shownMs <= nowMs) {
        await this.revoke(id);
      }
    }
    if (!this.#isNoted && (isLast || nowMs - this.#notedMs >= noteMs)) {
      this.#isNoted = true;
      this.#notedMs = nowMs;
      await this.#documents.put('setting', usesId, Object.fromEntries(this.#uses));
    }
  }

  /** Null for a secret that opens nothing. */
  principal(secret: string, nowMs: number): Principal | null {
    const [, id = ''] = /^lnr_([0-9a-f]{12})_/.exec(secret) ?? [];
    const token = this.#kept.get(id);
    if (token === undefined || (token.expiresMs !== null && token.expiresMs <= nowMs)) {
      return null;
    }
    if (!timingSafeEqual(Buffer.from(token.hash), Buffer.from(hashOf(secret)))) {
      return null;
    }
    this.#uses.set(id, nowMs);
    this.#isNoted = false;
    return { name: token.name, scopes: token.scopes };
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** `admin` may do what people may do; `triage` may look, too. */
export function mayDo({ scopes: own }: Principal, scope: Scope): boolean {
  return own.includes(scope) || implied[scope].some((other) => own.includes(other));
}

const implied: Readonly<Record<Scope, readonly Scope[]>> = {
  view: ['triage', 'admin'],
  triage: ['admin'],
  admin: [],
  intake: [],
  agent: [],
};
