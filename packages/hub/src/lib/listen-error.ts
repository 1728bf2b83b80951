import { AppError } from '@lanner/core';

/** Why a server cannot listen, as AppError 'server.listen'. An empty address stands for all of them. */
export function listenError(error: NodeJS.ErrnoException, address: string, port: number): AppError {
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
