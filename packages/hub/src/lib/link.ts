import { AppError } from '@lanner/core';
import { redactor } from './redact.ts';

interface LinkOptions<C> {
  /** Whom it leads to, for errors: no secrets in it. */
  readonly server: string;
  /** Connects; `lost` is to be called when the connection ends by itself. */
  readonly connect: (lost: () => void) => Promise<C>;
  readonly end: (connection: C) => Promise<void> | void;
  /** Longest time for connecting, and for each use. */
  readonly timeoutMs: number;
  readonly secrets?: readonly string[];
  /** True for errors that blame the message. */
  readonly rejected?: (error: Error) => boolean;
}

/** A connection that is made when first needed, kept, and made anew after a failure. */
export interface Link<C> {
  /** Throws AppError 'output.failed', 'output.timeout' or, where the message is to blame, 'output.rejected'. */
  readonly use: (work: (connection: C) => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function openLink<C>(options: LinkOptions<C>): Link<C> {
  const { server, connect, end, timeoutMs, rejected = () => false } = options;
  const redact = redactor(options.secrets ?? []);
  let current: { readonly connection: C; readonly state: { lost: boolean } } | null = null;

  async function connected(): Promise<C> {
    if (current !== null) {
      return current.connection;
    }
    const state = { lost: false };
    const connecting = connect(() => {
      state.lost = true;
      if (current?.state === state) {
        current = null;
      }
    });
    const connection = await within(timeoutMs, server, connecting).catch((error: unknown) => {
      // It may still come, and nobody would end it.
      void connecting.then(quietEnd, () => undefined);
      throw error;
    });
    if (!state.lost) {
      current = { connection, state };
    }
    return connection;
  }
  async function quietEnd(connection: C): Promise<void> {
    try {
      await within(timeoutMs, server, Promise.resolve(end(connection)));
    } catch {
      // It is given up anyway, often because it does not answer.
    }
  }
  async function drop(): Promise<void> {
    const dropped = current;
    current = null;
    if (dropped !== null) {
      await quietEnd(dropped.connection);
    }
  }
  function failure(error: unknown): AppError {
    if (error instanceof AppError) {
      return error;
    }
    const { message, code } = error as NodeJS.ErrnoException;
    const reason = redact(message || String(code));
    return error instanceof Error && rejected(error)
      ? new AppError('output.rejected', `${server} refused the alert: ${reason}`)
      : new AppError('output.failed', `${server}: ${reason}`);
  }
  return {
    async use(work) {
      try {
        const connection = await connected();
        await within(timeoutMs, server, work(connection));
      } catch (error) {
        const known = failure(error);
        if (known.code !== 'output.rejected') {
          await drop();
        }
        throw known;
      }
    },
    close: drop,
  };
}

/** The result, or AppError 'output.timeout'. */
async function within<T>(timeoutMs: number, server: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppError('output.timeout', `${server} did not answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
