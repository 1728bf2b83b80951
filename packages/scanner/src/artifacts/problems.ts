import { AppError, type ErrorCode } from '@lanner/core';

/** Something of an artifact that could not be looked at. */
export interface Problem {
  /** File or layer; empty for the artifact as a whole. */
  readonly path: string;
  readonly analyzer?: string;
  readonly code: ErrorCode;
  readonly message: string;
}

const maxProblems = 100;

/** Names the first hundred problems and counts all. */
export class Problems {
  readonly named: Problem[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(problem: Problem): void {
    this.#count++;
    if (this.named.length < maxProblems) {
      this.named.push(problem);
    }
  }

  /** Takes over what was named and counted elsewhere. */
  addAll(named: readonly Problem[], count: number): void {
    this.#count += count;
    this.named.push(...named.slice(0, maxProblems - this.named.length));
  }

  /** Keeps an AppError; anything else is a bug and is thrown on. */
  addError(error: unknown, path: string, analyzer?: string): void {
    if (!(error instanceof AppError)) {
      throw error;
    }
    const { code, message } = error;
    this.add({ path, code, message, ...(analyzer === undefined ? {} : { analyzer }) });
  }
}
