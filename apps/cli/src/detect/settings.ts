import { type ConfigProblem, type FalcoConfig, loadFalcoConfig } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import { existsSync } from 'node:fs';
import { flagOption, listOption, type OptionValues, textOption } from '../command.ts';
import { defaultConfigPaths, diskConfigFiles } from './config-files.ts';

export interface DetectSettings {
  readonly config: FalcoConfig;
  /** Configuration files that were read, the main one first; empty without one. */
  readonly configFiles: readonly string[];
  readonly configFolders: readonly string[];
  /** Rule files and folders in load order. */
  readonly rulePaths: readonly string[];
  /** Rule paths come from a configuration: those that are absent are passed over. */
  readonly rulesOptional: boolean;
  /** null: the rules that come with Lanner. */
  readonly usesBuiltInRules: boolean;
  /** The capture or audit file to replay; null for live capture. */
  readonly capture: string | null;
  readonly json: boolean;
  readonly unbuffered: boolean;
}

/**
 * What holds without any configuration file: alerts on standard output, nothing else on. A server and the syslog are
 * for those who ask for them.
 */
const quietDefaults = ['syslog_output.enabled=false', 'webserver.enabled=false', 'log_syslog=false'];

/**
 * Brings configuration and command line together; without -c the first of `defaultPaths` that exists is read. Throws
 * AppError for what cannot be accepted.
 */
export function readSettings(
  values: OptionValues,
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  defaultPaths: readonly string[] = defaultConfigPaths,
): DetectSettings {
  const path = textOption(values, 'c') ?? defaultPaths.find((candidate) => existsSync(candidate)) ?? null;
  const { config, problems, files, folders } = loadFalcoConfig({
    path,
    options: [
      ...(path === null ? quietDefaults : []),
      ...impliedOptions(values),
      ...listOption(values, 'option'),
    ],
    files: diskConfigFiles,
    env,
    lenient: flagOption(values, 'lenient'),
  });
  reportProblems(problems, log);
  const given = listOption(values, 'rules');
  const configured = config.has('rules_files') ? config.texts('rules_files') : [];
  const capture = textOption(values, 'capture') ?? null;
  const replayFile = config.text('engine.kind') === 'replay' ? config.text('engine.replay.capture_file') : '';
  return {
    config,
    configFiles: files,
    configFolders: folders,
    rulePaths: given.length > 0 ? given : configured,
    rulesOptional: given.length === 0,
    usesBuiltInRules: given.length === 0 && configured.length === 0,
    capture: capture ?? (replayFile === '' ? null : replayFile),
    json: config.flag('json_output'),
    unbuffered: flagOption(values, 'unbuffered') || !config.flag('buffered_outputs'),
  };
}

// Options of Lanner's own that stand for a key; an explicit -o wins, since it comes later.
function impliedOptions(values: OptionValues): string[] {
  const implied: string[] = [];
  if (flagOption(values, 'json')) {
    implied.push('json_output=true');
  }
  const capture = textOption(values, 'capture');
  if (capture !== undefined) {
    implied.push('engine.kind=replay', `engine.replay.capture_file=${capture}`);
  }
  const matching = textOption(values, 'matching');
  if (matching !== undefined) {
    implied.push(`rule_matching=${matching}`);
  }
  return implied;
}

function reportProblems(problems: readonly ConfigProblem[], log: Log): void {
  for (const { severity, message, hint } of problems) {
    if (severity !== 'error') {
      log[severity === 'warning' ? 'warn' : 'info'](message, hint === undefined ? {} : { hint });
    }
  }
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first !== undefined) {
    errors.slice(1).forEach(({ message, hint }) => {
      log.error(message, hint === undefined ? {} : { hint });
    });
    throw new AppError('config.invalid', first.message, { hint: first.hint });
  }
}
