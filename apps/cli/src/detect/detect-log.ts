import { spawn } from 'node:child_process';
import type { Log, LogLevel } from '@lanner/core';
import { type CommandEnvironment, flagOption, type OptionValues } from '../command.ts';
import { falcoLog } from './falco-log.ts';
import type { DetectSettings } from './settings.ts';
import { syslogLog } from './syslog-log.ts';

export interface DetectLog {
  readonly log: Log;
  readonly close: () => void;
}

/**
 * The log that the configuration asks for: standard error, syslog, both or none. `shown` takes the place of standard
 * error, for who sits in front of it.
 */
export function openDetectLog(
  settings: DetectSettings,
  values: OptionValues,
  environment: CommandEnvironment,
  shown?: Log,
): DetectLog {
  const { config, json } = settings;
  const toStderr = config.flag('log_stderr');
  const options = {
    json,
    level: flagOption(values, 'v') ? 'debug' : config.text('log_level'),
    write: toStderr && shown === undefined ? environment.err : () => undefined,
    now: environment.now,
    hostname: environment.hostname(),
  };
  const also = toStderr ? shown : undefined;
  if (!config.flag('log_syslog')) {
    return { log: also ?? falcoLog(options), close: () => undefined };
  }
  const syslog = syslogLog(
    ([program = '', ...args]) => spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], shell: false }),
    (reason) => {
      (also ?? falcoLog(options)).warn('log lines do not reach the syslog', {
        reason,
        hint: 'Set log_syslog: false where there is no syslog.',
      });
    },
  );
  const log = falcoLog({ ...options, writeSyslog: syslog.write });
  return { log: also === undefined ? log : both(also, log), close: syslog.close };
}

function both(one: Log, other: Log): Log {
  const at =
    (level: LogLevel): Log[LogLevel] =>
    (message, details) => {
      one[level](message, details);
      other[level](message, details);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
