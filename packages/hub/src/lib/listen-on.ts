import type { Server } from 'node:net';
import { listenError } from './listen-error.ts';

/** Resolves when the server listens; an empty address stands for all of them. Throws AppError 'server.listen'. */
export function listenOn(
  server: Server,
  { address, port }: { readonly address: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenError(error, address, port));
    });
    server.listen({ port, ...(address === '' ? {} : { host: address }) }, resolve);
  });
}
