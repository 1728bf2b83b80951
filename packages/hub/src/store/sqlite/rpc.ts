import { AppError, type ErrorCode } from '@lanner/core';
import { type Damage, damagedContent } from './damage.ts';

/** What a thread of the store can be asked. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- arguments are checked where a thread's interface is used
export type ThreadMethods = Readonly<Record<string, (...args: any[]) => unknown>>;

export interface ThreadRequest {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
  /** The clock of the store. */
  readonly nowMs: number;
}

export interface ThreadError {
  /** Null for what is no AppError: a bug. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly stack?: string | undefined;
  /** Null for any other error. */
  readonly damage: Damage | null;
}

export type ThreadAnswer =
  | {
      readonly id: number;
      readonly value: unknown;
      /** Something damaged was left out. */
      readonly noticed?: boolean;
    }
  | { readonly id: number; readonly error: ThreadError };

export function packError(error: unknown, damage: Damage | null): ThreadError {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, hint: error.hint, damage };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, stack, damage };
}

export function unpackError({ code, message, hint, stack, damage }: ThreadError): Error {
  if (damage === 'content') {
    return damagedContent(message);
  }
  if (code !== null) {
    return new AppError(code, message, { hint });
  }
  const error = new Error(message);
  error.stack = stack ?? message;
  return error;
}

interface Port {
  readonly postMessage: (message: ThreadRequest) => void;
  readonly on: (event: 'message', listener: (answer: ThreadAnswer) => void) => unknown;
}

/** Asks a thread. */
export class ThreadClient<Methods> {
  readonly #port: Port;
  readonly #now: () => number;
  readonly #onDamage: (damage: Damage) => void;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #last = 0;
  #failure: Error | null = null;

  constructor(port: Port, now: () => number, onDamage: (damage: Damage) => void) {
    this.#port = port;
    this.#now = now;
    this.#onDamage = onDamage;
    port.on('message', (answer) => this.#settle(answer));
  }

  call<Name extends keyof Methods & string>(
    name: Name,
    ...args: Methods[Name] extends (...args: infer Args) => unknown ? Args : never
  ): Promise<Methods[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== null) {
        reject(this.#failure);
        return;
      }
      const id = ++this.#last;
      // The thread gives what its method gives.
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#port.postMessage({ id, name, args, nowMs: this.#now() });
    });
  }

  /** All calls that wait, and later ones, are rejected. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) {
      reject(error);
    }
    this.#waiting.clear();
  }

  #settle(answer: ThreadAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) {
      waiting?.reject(unpackError(answer.error));
      if (answer.error.damage !== null) {
        this.#onDamage(answer.error.damage);
      }
    } else {
      waiting?.resolve(answer.value);
      if (answer.noticed === true) {
        this.#onDamage('content');
      }
    }
  }
}
