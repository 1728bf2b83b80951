import { constants } from 'node:os';
import { AppError } from '@lanner/core';
import { readReport, type Report } from '@lanner/scanner';
import { runOwn } from '../lib/own-child.ts';

const limits = { maxOutputBytes: 256 * 2 ** 20, priority: constants.priority.PRIORITY_LOW };

/** Scans in a process of its own, with low priority. Throws AppError 'artifact.missing' with what the scan said. */
export async function scanInChild(args: readonly string[], signal: AbortSignal): Promise<Report> {
  const command = ['scan', ...args, '--format', 'json', '--list-all-pkgs', '--quiet'];
  const { output, lastWords, status } = await runOwn(command, limits, signal);
  if (status !== 0) {
    throw new AppError(
      'artifact.missing',
      `lanner scan ${args.join(' ')} ended with ${status ?? 'a signal'}: ${lastWords}`,
    );
  }
  return readReport(output);
}
