import type { Log, LogDetails, LogLevel } from '@lanner/core';

export interface HeldLog extends Log {
  /** Writes what was held to another log, and forgets it. */
  readonly release: (log: Log) => void;
}

/** A log that holds its lines: settings say how lines look, and reading them already has something to say. */
export function heldLog(): HeldLog {
  let lines: (readonly [level: LogLevel, message: string, details: LogDetails])[] = [];
  const at =
    (level: LogLevel) =>
    (message: string, details: LogDetails = {}): void => {
      lines.push([level, message, details]);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    release(log) {
      const held = lines;
      lines = [];
      for (const [level, message, details] of held) {
        log[level](message, details);
      }
    },
  };
}
