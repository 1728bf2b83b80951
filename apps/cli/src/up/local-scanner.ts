import { AppError } from '@lanner/core';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { pause } from '../lib/pause.ts';
import { localImages } from './local-images.ts';
import { scanInChild } from './scan-child.ts';
import { LocalScanner, type ScannerOptions } from './scanner.ts';

const hourMs = 3_600_000;

/** The scanner that the options of `up` and `agent` ask for. Throws AppError 'usage.invalid'. */
export function localScanner(
  findings: ScannerOptions['findings'],
  values: OptionValues,
  environment: CommandEnvironment,
): LocalScanner {
  const hours = Number(textOption(values, 'scan-hours') ?? '24');
  if (!Number.isFinite(hours) || hours <= 0) {
    throw new AppError(
      'usage.invalid',
      `--scan-hours ${textOption(values, 'scan-hours') ?? ''} is no number of hours`,
    );
  }
  return new LocalScanner({
    findings,
    root: textOption(values, 'scan-root') ?? '/',
    // Images belong to the machine, not to a folder that stands for it.
    images: () => Promise.resolve(textOption(values, 'scan-root') === undefined ? localImages() : []),
    scan: scanInChild,
    program: environment.program,
    sees: process.geteuid?.() === 0 ? 'everything' : 'part',
    cacheFolder: cacheDirOf({}, environment.env),
    hostname: environment.hostname(),
    everyMs: hours * hourMs,
    pause,
    now: () => environment.now().getTime(),
    log: environment.log,
  });
}
