import { AppError } from '@lanner/core';

/** A capture that breaks the format; `problem` says what was found. */
export function formatError(problem: string): AppError {
  return new AppError('capture.format', `The capture is damaged: ${problem}`);
}

export function versionError(version: string): AppError {
  return new AppError('capture.version', `The capture is in version ${version} of the format`, {
    hint: 'Upgrade Lanner, or record the capture with an older version.',
    details: { version },
  });
}

/** An event that cannot be brought into the current schema. */
export function conversionError(problem: string): AppError {
  return new AppError('capture.conversion', `An event of the capture cannot be converted: ${problem}`);
}

/** The same error with its place in the decompressed stream; what is not an AppError is a bug and thrown on. */
export function atOffset(error: unknown, offset: number): AppError {
  if (!(error instanceof AppError)) {
    throw error;
  }
  return new AppError(error.code, `${error.message} (at byte ${offset})`, {
    cause: error.cause,
    hint: error.hint,
    details: { ...error.details, offset },
  });
}
