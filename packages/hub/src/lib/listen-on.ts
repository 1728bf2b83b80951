import { AppError } from '@lanner/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that listens. */
export interface Listening {
  readonly port: number;
  /** Resolves when no connection is left. */
  readonly close: () => Promise<void>;
}

/**
 * Resolves when the server listens; an empty address stands for all of them, port 0 for any free one. When it is closed,
 * connections that have nothing to do are ended, and with `breakOff` the others too. Throws AppError 'server.listen'.
 */
export async function listenOn(
  server: Pick<
    Server,
    'once' | 'listen' | 'address' | 'close' | 'closeIdleConnections' | 'closeAllConnections'
  >,
  { address, port }: { readonly address: string; readonly port: number },
  { breakOff = false }: { readonly breakOff?: boolean } = {},
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, address, port));
    });
    server.listen({ port, ...(address === '' ? {} : { host: address }) }, resolve);
  });
  return {
    // Only sockets of the file system have a text as address.
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        if (breakOff) {
          server.closeAllConnections();
        } else {
          server.closeIdleConnections();
        }
      }),
  };
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): AppError {
  return new AppError(
    'server.listen',
    `cannot listen on ${address || '*'}:${port}: ${error.code ?? error.message}`,
    {
      cause: error,
      hint:
        error.code === 'EADDRINUSE'
          ? 'Another program has this port; set another one.'
          : 'Check the address.',
    },
  );
}
