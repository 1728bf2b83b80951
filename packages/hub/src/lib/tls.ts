import type { SecureContextOptions } from 'node:tls';
import { AppError } from '@lanner/core';
import type { ClientTls, DestinationEffects, DestinationSettings } from '../destination.ts';

/** What a connection with TLS is made with; never older than TLS 1.2. */
export interface TlsOptions extends SecureContextOptions {
  readonly rejectUnauthorized: boolean;
}

interface TlsWishes {
  /** Present the client's certificate; the server's is always verified then. */
  readonly mutual: boolean;
  /** Verify the server's certificate. */
  readonly verify: boolean;
  /** Files of the section itself, which come before those for all sections. */
  readonly own?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/**
 * Authorities of the system (those that come with Node where it has none) and of the configuration, and the client's
 * certificate where wanted. Throws AppError 'config.invalid' when a client certificate is wanted and not configured,
 * 'file.read' when a file cannot be read.
 */
export async function tlsOptions(
  { tls: shared = noFiles }: Pick<DestinationSettings, 'tls'>,
  { mutual, verify, own }: TlsWishes,
  { readFile }: Pick<DestinationEffects, 'readFile'>,
): Promise<TlsOptions> {
  const options = {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: mutual || verify,
    ca: await authorities([shared.caFile, own?.caFile || (mutual ? shared.mutualCaFile : '')], readFile),
  } as const;
  if (!mutual) {
    return options;
  }
  const [certFile, keyFile] = [own?.certFile || shared.certFile, own?.keyFile || shared.keyFile];
  if (certFile === '' || keyFile === '') {
    throw new AppError('config.invalid', 'mutualtls is on, but there is no client certificate', {
      hint: 'Set mutualtlsclient.certfile and mutualtlsclient.keyfile, or mutualtlsfilespath.',
    });
  }
  return { ...options, cert: await readFile(certFile), key: await readFile(keyFile) };
}

const noFiles: ClientTls = { caFile: '', certFile: '', keyFile: '', mutualCaFile: '' };

async function authorities(
  files: readonly (string | undefined)[],
  readFile: DestinationEffects['readFile'],
): Promise<(string | Buffer)[]> {
  const { getCACertificates } = await import('node:tls');
  const system = getCACertificates('system');
  const known = system.length > 0 ? [...system, ...getCACertificates('extra')] : getCACertificates('default');
  const own = files.filter((file) => file !== undefined && file !== '') as string[];
  return [...known, ...(await Promise.all(own.map((file) => readFile(file))))];
}
