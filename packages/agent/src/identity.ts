import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AppError } from '@lanner/core';
import { replaceFile } from '@lanner/core/disk';
import { parse } from './client.ts';

/** Who an agent is. Whoever has this can send alerts in its name. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  readonly server: string;
  /** PEM each. */
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
  /** Names the token that it joined with; opens nothing. */
  readonly joinedWith: string;
}

const schema = 1;

/** Null where there is none. Throws AppError 'file.read' for what cannot be used, 'store.version' for a newer schema. */
export function readIdentity(path: string): Identity | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw unusable(path, (error as Error).message);
  }
  const value = (parse(text) ?? {}) as Partial<Identity> & { readonly schema?: unknown };
  if (typeof value.schema === 'number' && value.schema > schema) {
    throw new AppError('store.version', `${path} has schema ${value.schema}, this version knows ${schema}`, {
      hint: 'Run the version that wrote it, or a newer one.',
    });
  }
  const { id, name, server, authority, key, certificate, joinedWith } = value;
  const texts = [id, name, server, authority, key, certificate, joinedWith];
  if (!texts.every((each) => typeof each === 'string')) {
    throw unusable(path, 'it is damaged');
  }
  // All are texts.
  const identity = { id, name, server, authority, key, certificate, joinedWith } as Identity;
  try {
    if (!new X509Certificate(identity.certificate).checkPrivateKey(createPrivateKey(identity.key))) {
      throw new Error('key and certificate do not belong together');
    }
  } catch (error) {
    throw unusable(path, (error as Error).message);
  }
  return identity;
}

/** On disk when it returns, whole or not at all; only its owner can read it. Throws AppError 'file.write'. */
export function writeIdentity(path: string, identity: Identity): void {
  try {
    replaceFile(path, `${JSON.stringify({ schema, ...identity }, null, 2)}\n`);
  } catch (error) {
    throw new AppError('file.write', `the identity ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
      hint: 'Make room on its disk, and check who owns its folder.',
    });
  }
}

/** From when on and until when a certificate is good, ms since the epoch. */
export function validityOf({ certificate }: Pick<Identity, 'certificate'>): { fromMs: number; toMs: number } {
  const { validFromDate, validToDate } = new X509Certificate(certificate);
  return { fromMs: validFromDate.getTime(), toMs: validToDate.getTime() };
}

function unusable(path: string, reason: string): AppError {
  return new AppError('file.read', `the identity ${path} cannot be used: ${reason}`, {
    hint: 'Remove the file and enrol again with a join token.',
  });
}
