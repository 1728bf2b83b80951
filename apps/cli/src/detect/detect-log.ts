import { spawn } from 'node:child_process';
import type { Log } from '@lanner/core';
import { type CommandEnvironment, flagOption, type OptionValues } from '../command.ts';
import { falcoLog } from './falco-log.ts';
import type { DetectSettings } from './settings.ts';
import { syslogLog } from './syslog-log.ts';

export interface DetectLog {
  readonly log: Log;
  readonly close: () => void;
}

/** The log that the configuration asks for: standard error, syslog, both or none. */
export function openDetectLog(
  settings: DetectSettings,
  values: OptionValues,
  environment: CommandEnvironment,
): DetectLog {
  const { config, json } = settings;
  const toStderr = config.flag('log_stderr');
  const options = {
    json,
    level: flagOption(values, 'v') ? 'debug' : config.text('log_level'),
    write: toStderr ? environment.err : () => undefined,
    now: environment.now,
    hostname: environment.hostname(),
  };
  if (!config.flag('log_syslog')) {
    return { log: falcoLog(options), close: () => undefined };
  }
  const syslog = syslogLog(
    ([program = '', ...args]) => spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], shell: false }),
    (reason) => {
      falcoLog(options).warn('log lines do not reach the syslog', {
        reason,
        hint: 'Set log_syslog: false where there is no syslog.',
      });
    },
  );
  return { log: falcoLog({ ...options, writeSyslog: syslog.write }), close: syslog.close };
}
