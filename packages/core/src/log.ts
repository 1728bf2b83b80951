export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a log line carries besides its constant message. */
export type LogDetails = Readonly<Record<string, unknown>>;

/** Passed in, never global. The message is a constant lower-case phrase; what varies goes into `details`. */
export interface Log {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  /** Someone should look. */
  warn(message: string, details?: LogDetails): void;
  /** Data or protection was lost. */
  error(message: string, details?: LogDetails): void;
}

/** A log that writes nothing; for tests and for library use without one. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
