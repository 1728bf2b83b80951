import { AppError } from '@lanner/core';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port` or, with a default, `host`. Throws AppError 'config.invalid'. */
export function readHostPort(key: string, text: string, defaultPort?: number): HostPort {
  const [, bracketed, plain, digits] = /^(?:\[([^\]\s]+)\]|([^:\s/]+))(?::(\d+))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? defaultPort : Number(digits);
  if (host === undefined || port === undefined || port < 1 || port > 65_535) {
    throw new AppError('config.invalid', `${key} is no address of a server`, {
      hint: 'Write it like host:port.',
    });
  }
  return { host, port };
}
