import { AppError, type ErrorCode, errorCodes } from '@lanner/core';
import type { PlainError } from './protocol.ts';

/** An error as data that can be sent. */
export function plainError(error: unknown): PlainError {
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that was sent. */
export function revived({ code, message, hint }: PlainError): Error {
  return isErrorCode(code) ? new AppError(code, message, { hint }) : new Error(message);
}

function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(errorCodes, code);
}
