/**
 * Stops the reading of one file at its first error. It carries what the diagnostic needs and never leaves this folder:
 * rule files are text that a user wrote, so their errors reach callers as values.
 */
export class Halt<T> extends Error {
  override readonly name = 'Halt';
  readonly payload: T;

  constructor(message: string, payload: T) {
    super(message);
    this.payload = payload;
  }
}
