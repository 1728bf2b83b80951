import { type Log, type LogDetails, type LogLevel, logValue } from '@lanner/core';
import { type Colour, paint } from './colour.ts';

const colours: Readonly<Record<LogLevel, Colour>> = {
  debug: 'dim',
  info: 'green',
  warn: 'yellow',
  error: 'brightRed',
};

/** A log for people: `level: message key=value …`, one line each. Debug lines are left out unless asked for. */
export function consoleLog(write: (text: string) => void, colour: boolean, minimum: LogLevel = 'info'): Log {
  const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const at =
    (level: LogLevel) =>
    (message: string, details: LogDetails = {}): void => {
      if (order.indexOf(level) < order.indexOf(minimum)) {
        return;
      }
      const extra = Object.entries(details).map(
        ([key, value]) => ` ${paint(`${key}=`, colour, 'dim')}${logValue(value)}`,
      );
      write(`${paint(`${level}:`, colour, colours[level])} ${message}${extra.join('')}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
