import { type Log, type LogDetails, type LogLevel, logValue } from '@lanner/core';

export interface FalcoLogOptions {
  /** Lines as JSON objects, so that what reads alerts as JSON lines never meets anything else. */
  readonly json: boolean;
  /** Level of falco.yaml: emergency … debug. */
  readonly level: string;
  /** Takes a line with its line break. */
  readonly write: (text: string) => void;
  /** Takes a line without its time, with its severity (0 emergency … 7 debug). */
  readonly writeSyslog?: (severity: number, line: string) => void;
  readonly now: () => Date;
  readonly hostname: string;
}

const names: Readonly<Record<LogLevel, string>> = {
  debug: 'Debug',
  info: 'Informational',
  warn: 'Warning',
  error: 'Error',
};
const levels = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
const numbers: Readonly<Record<LogLevel, number>> = { error: 3, warn: 4, info: 6, debug: 7 };

/** The log of `detect` on standard error: a line of text, or with json_output a JSON object, like the alerts. */
export function falcoLog({ json, level, write, writeSyslog, now, hostname }: FalcoLogOptions): Log {
  const configured = levels.indexOf(level.toLowerCase().replace(/^informational$/, 'info'));
  const limit = configured < 0 ? 6 : configured;
  const at =
    (severity: LogLevel) =>
    (message: string, details: LogDetails = {}): void => {
      if (numbers[severity] > limit) {
        return;
      }
      const time = now().toISOString();
      const line = json
        ? JSON.stringify({
            hostname,
            level: names[severity],
            message,
            time,
            ...(Object.keys(details).length > 0 ? { details } : {}),
          })
        : `${names[severity]}: ${message}${detailText(details)}`;
      write(json ? `${line}\n` : `${time}: ${line}\n`);
      writeSyslog?.(numbers[severity], line);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function detailText(details: LogDetails): string {
  const parts = Object.entries(details).map(([key, value]) => `${key}=${logValue(value)}`);
  return parts.length === 0 ? '' : ` (${parts.join(' ')})`;
}
