import { AppError } from '@lanner/core';

/** A condition that cannot work; `nearest` names what may have been meant. */
export function typeFault(message: string, nearest: string | null = null): AppError {
  return nearest === null
    ? new AppError('condition.type', message)
    : new AppError('condition.type', message, {
        hint: `Did you mean '${nearest}'?`,
        details: { nearest },
      });
}
