import { AppError } from '@lanner/core';
import type { DocumentKind } from './document-store.ts';

const maxBytes = 1024 * 1024;

/** The value as JSON. Throws AppError 'store.failed' for what is no JSON or too large. */
export function checkDocument(kind: DocumentKind, id: string, value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) {
    throw new AppError('store.failed', `The value of ${kind} ${id} is not JSON`);
  }
  if (Buffer.byteLength(json) > maxBytes) {
    throw new AppError('store.failed', `The value of ${kind} ${id} is larger than 1 MiB`, {
      hint: 'Make it smaller.',
    });
  }
  return json;
}

export function conflict(kind: DocumentKind, id: string): AppError {
  return new AppError('store.conflict', `Somebody else changed ${kind} ${id} meanwhile`, {
    hint: 'Read it again, and change what is there now.',
  });
}
