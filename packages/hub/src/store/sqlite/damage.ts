import { AppError } from '@lanner/core';

/** What is damaged: the file, so that SQLite itself cannot go on, or what was packed into it. */
export type Damage = 'file' | 'content';

/** The error for something packed that cannot be unpacked. */
export function damagedContent(message: string, cause?: unknown): AppError {
  return new AppError('store.failed', message, {
    cause,
    hint: 'It is mended; ask again.',
    details: { damage: 'content' },
  });
}

/** True for what decoding damaged bytes throws. For what a mistake of ours throws, too: then nothing is found to mend. */
export function isDamagedContent(error: unknown): boolean {
  if (error instanceof AppError) {
    return error.details['damage'] === 'content';
  }
  const code = (error as { readonly code?: unknown } | null)?.code;
  return (
    error instanceof SyntaxError ||
    error instanceof RangeError ||
    (typeof code === 'string' && /^(ZSTD_|Z_)/.test(code))
  );
}
