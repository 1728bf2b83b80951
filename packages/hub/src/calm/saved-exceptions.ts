import type { DocumentStore } from '../store/document-store.ts';
import type { ExceptionProposal } from './exceptions.ts';

/** An exception that somebody saved. */
export interface KeptException {
  readonly proposal: ExceptionProposal;
  readonly by: string;
  readonly savedMs: number;
}

export async function savedExceptions(
  documents: Pick<DocumentStore, 'list'>,
): Promise<{ readonly id: string; readonly kept: KeptException }[]> {
  // Written by saveException only.
  return (await documents.list('exception')).map(({ id, value }) => ({ id, kept: value as KeptException }));
}
