import { AppError } from '@lanner/core';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that listens. */
export interface Listening {
  readonly port: number;
  /** Resolves when no connection is left. */
  readonly close: () => Promise<void>;
}

/** Where a server listens. */
export interface ListenPlace {
  /** Empty for all. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** What sets the port, such as `--listen`: people are told of it when the port is taken. */
  readonly setBy?: string;
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
  place: ListenPlace,
  { breakOff = false }: { readonly breakOff?: boolean } = {},
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, place));
    });
    const { address, port } = place;
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

function listenError(error: NodeJS.ErrnoException, { address, port, setBy }: ListenPlace): AppError {
  const how = setBy === undefined ? '' : ` (${setBy})`;
  const hints: Readonly<Record<string, string | undefined>> = {
    EADDRINUSE: `Another program has this port; set another one${how}.`,
    EACCES: `Only root may have this port; set one from 1024 on${how}.`,
    EADDRNOTAVAIL: `This machine does not have this address; set another one${how}.`,
  };
  return new AppError(
    'server.listen',
    `cannot listen on ${address || '*'}:${port}: ${error.code ?? error.message}`,
    {
      cause: error,
      hint: hints[error.code ?? ''] ?? `Check the address${how}.`,
    },
  );
}
