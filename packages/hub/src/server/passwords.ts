import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AppError } from '@lanner/core';

// 32 MiB and about 0.1 s each: what OWASP asks of scrypt where memory is dear.
const cost = { N: 2 ** 15, r: 8, p: 3 };
const maxmem = 64 * 2 ** 20;
const keyBytes = 32;
/** Hashing waits in line, one at a time: its memory is that of one. */
const maxWaiting = 16;

export interface PasswordCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** Hashes passwords with scrypt and checks them, one after the other. */
export class Passwords {
  readonly #cost: PasswordCost;
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Tests take a lower cost. */
  constructor(own: PasswordCost = cost) {
    this.#cost = own;
  }

  /** `scrypt$N$r$p$salt$key`. Throws AppError 'server.busy' when too many wait. */
  async hash(password: string): Promise<string> {
    const { N, r, p } = this.#cost;
    const salt = randomBytes(16);
    const key = await this.#derive(password, salt, this.#cost);
    return ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$');
  }

  /** Takes as long without a hash, so that nobody learns by the time who is known. */
  async check(password: string, hash: string | null): Promise<boolean> {
    const [, N, r, p, salt = '', key = ''] =
      /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(hash ?? '') ?? [];
    if (N === undefined) {
      await this.#derive(password, Buffer.alloc(16), this.#cost);
      return false;
    }
    const kept = Buffer.from(key, 'base64url');
    const given = await this.#derive(password, Buffer.from(salt, 'base64url'), {
      N: Number(N),
      r: Number(r),
      p: Number(p),
    });
    return kept.length === given.length && timingSafeEqual(kept, given);
  }

  async #derive(password: string, salt: Buffer, { N, r, p }: PasswordCost): Promise<Buffer> {
    if (this.#waiting >= maxWaiting) {
      throw new AppError('server.busy', 'too many people sign in at the same time', {
        hint: 'Try again in a moment.',
      });
    }
    this.#waiting++;
    const key = this.#line.then(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          // The same letters, however they were typed.
          scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem }, (error, derived) => {
            if (error === null) {
              resolve(derived);
            } else {
              reject(error);
            }
          });
        }),
    );
    this.#line = key.catch(() => undefined);
    try {
      return await key;
    } finally {
      this.#waiting--;
    }
  }
}
