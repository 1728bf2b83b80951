import { type Log, silentLog, unreadable } from '@lanner/core';
import { readFileSync } from 'node:fs';
import { type CommandEnvironment, flagOption, type OptionValues, textOption } from '../command.ts';
import { consoleLog } from '../lib/console-log.ts';
import { ScanSettings } from './options.ts';
import { readSettings } from './settings.ts';

/** The log as loud as the command line wants it. */
export function logFor(environment: CommandEnvironment, values: OptionValues): Log {
  const { env } = environment;
  const isOn = (name: string, variable: string): boolean =>
    (textOption(values, name) ?? env[variable]) === 'true';
  if (isOn('debug', 'TRIVY_DEBUG')) {
    return consoleLog(environment.err, environment.errColour, 'debug');
  }
  return isOn('quiet', 'TRIVY_QUIET') ? silentLog : environment.log;
}

/** The settings of command line, environment and configuration file. Throws AppError. */
export async function loadSettings(
  environment: CommandEnvironment,
  values: OptionValues,
  log: Log,
): Promise<ScanSettings> {
  const file = await configValues(environment, values, log);
  return new ScanSettings(readSettings({ values, env: environment.env, file, log }));
}

async function configValues(
  { env }: CommandEnvironment,
  values: OptionValues,
  log: Log,
): Promise<ReadonlyMap<string, unknown>> {
  const named = textOption(values, 'config') ?? env['TRIVY_CONFIG'];
  const path = named ?? 'trivy.yaml';
  const text = readConfig(path, named !== undefined);
  if (text === null) {
    return new Map();
  }
  // Loaded where there is such a file.
  const { readConfigFile } = await import('./config-file.ts');
  return readConfigFile({ path, text }, { lenient: flagOption(values, 'lenient'), log });
}

function readConfig(path: string, isNamed: boolean): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!isNamed && (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw unreadable(path, error);
  }
}
