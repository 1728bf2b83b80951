import type { Log } from '@lanner/core';

/** A log that keeps its lines as `level message key=value …`. */
export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const at =
    (level: string): Log['info'] =>
    (message, details = {}) => {
      const pairs = Object.entries(details).map(([key, value]) => ` ${key}=${String(value)}`);
      lines.push(`${level} ${message}${pairs.join('')}`);
    };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
