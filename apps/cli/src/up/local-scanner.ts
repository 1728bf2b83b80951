import { AppError } from '@lanner/core';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { pause } from '../lib/pause.ts';
import { usualSecretFolders } from './host-steps.ts';
import { localImages } from './local-images.ts';
import { pendingUpdates } from './pending-updates.ts';
import { scanInChild } from './scan-child.ts';
import { LocalScanner, type ScannerOptions } from './scanner.ts';

const hourMs = 3_600_000;
/** Two scans in the week after which an image that was not found is gone. */
const maxHours = 72;

/** The scanner that the options of `up` and `agent` ask for. Throws AppError 'usage.invalid'. */
export function localScanner(
  findings: ScannerOptions['findings'],
  values: OptionValues,
  environment: CommandEnvironment,
): LocalScanner {
  const hours = Number(textOption(values, 'scan-hours') ?? '24');
  if (!Number.isFinite(hours) || hours <= 0 || hours > maxHours) {
    throw new AppError(
      'usage.invalid',
      `--scan-hours ${textOption(values, 'scan-hours') ?? ''} is no number of hours up to ${maxHours}`,
      { hint: 'An image that no scan finds for a week counts as gone.' },
    );
  }
  return new LocalScanner({
    findings,
    root: textOption(values, 'scan-root') ?? '/',
    secretFolders: secretFolders(textOption(values, 'scan-secrets')),
    // The package manager speaks of the machine, not of a folder that stands for it.
    updates: () => (textOption(values, 'scan-root') === undefined ? pendingUpdates() : Promise.resolve(null)),
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

/** As the option names them; `none` is none. */
function secretFolders(text: string | undefined): readonly string[] {
  if (text === undefined) {
    return usualSecretFolders;
  }
  return text === 'none'
    ? []
    : text
        .split(',')
        .map((folder) => folder.trim().replaceAll(/^\/+|\/+$/g, ''))
        .filter((folder) => folder !== '');
}
