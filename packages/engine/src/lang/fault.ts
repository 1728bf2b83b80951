import { AppError } from '@lanner/core';
import type { Position } from './ast.ts';
import type { Scanner } from './scanner.ts';

/** What is wrong with a text, and where reading stopped. */
export interface SyntaxFailure {
  readonly ok: false;
  readonly message: string;
  readonly at: Position;
}

/** Runs a parse and turns its fault into a failure at the place that the scanner has reached. */
export function attempt<T>(scanner: Scanner, parse: () => T): T | SyntaxFailure {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    return { ok: false, message: error.message, at: scanner.position() };
  }
}

export function expectToken(scanner: Scanner, token: string, message: string): void {
  if (!scanner.literal(token)) {
    throw fault(message);
  }
}

export function fault(message: string): AppError {
  return new AppError('condition.syntax', message);
}
