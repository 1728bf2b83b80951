import { AppError, unreadable } from '@lanner/core';
import { readReport, reportFormatOf } from '@lanner/scanner';
import { readFileSync } from 'node:fs';
import type { CommandEnvironment, CommandInput } from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { loadSettings, logFor } from './load-settings.ts';
import { scanProgress } from './progress.ts';
import { filterForContext, writeOut } from './report.ts';
import type { ScanContext } from './scan-context.ts';

/** `lanner convert REPORT`: filters it and writes it anew. Throws AppError for what is no report. */
export async function convert(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const log = logFor(environment, input.values);
  const settings = await loadSettings(environment, input.values, log);
  const [path, ...others] = input.positionals;
  if (path === undefined || others.length > 0) {
    throw new AppError('usage.invalid', 'convert needs one report', { hint: 'Usage: lanner convert REPORT' });
  }
  const format = reportFormatOf(settings.text('format') ?? 'table');
  const context: ScanContext = {
    environment,
    settings,
    kind: 'fs',
    target: path,
    login: null,
    scanners: new Set(),
    listsPackages: format.isSbom || settings.isOn('list-all-pkgs'),
    log,
    progress: scanProgress('none', environment.err, () => 0),
    folder: '',
    cacheFolder: settings.text('cache.dir') ?? cacheDirOf({}, environment.env),
    analysisProcess: () => {
      throw new Error('nothing is read to convert a report');
    },
    signal: environment.signal,
  };
  const report = readReport(readText(path));
  return writeOut(await filterForContext(report, context), format, context);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}
