import { constants } from 'node:os';
import { AppError } from '@lanner/core';
import { readReport, type Report } from '@lanner/scanner';
import { runOwn } from '../lib/own-child.ts';

const maxOutputBytes = 256 * 2 ** 20;

/** How far a scan is. */
export interface ScanCounts {
  /** Files of a folder that were looked at. */
  readonly files: number;
  /** Layers of an image, and how many of them are done. */
  readonly layers: number;
  readonly layersDone: number;
}

export interface ScanRun {
  /** What follows `lanner scan`. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** Stands back behind everything else that runs. */
  readonly isPatient: boolean;
  readonly onCounts: (counts: ScanCounts) => void;
}

/** Scans in a process of its own. Throws AppError 'artifact.missing' with what the scan said. */
export async function scanInChild({ args, signal, isPatient, onCounts }: ScanRun): Promise<Report> {
  const command = ['scan', ...args, '--format', 'json', '--quiet', '--progress', 'json'];
  const { PRIORITY_LOW, PRIORITY_NORMAL } = constants.priority;
  const limits = {
    maxOutputBytes,
    priority: isPatient ? PRIORITY_LOW : PRIORITY_NORMAL,
    takeLine: (line: string): boolean => {
      const counts = readCounts(line);
      if (counts !== null) {
        onCounts(counts);
      }
      return counts !== null;
    },
  };
  const { output, lastWords, status } = await runOwn(command, limits, signal);
  if (status !== 0) {
    throw new AppError(
      'artifact.missing',
      `lanner scan ${args.slice(0, 2).join(' ')} ended with ${status ?? 'a signal'}: ${lastWords.text}`,
      { hint: lastWords.hint },
    );
  }
  return readReport(output);
}

/** Reads a line of `--progress json`; null for any other. */
export function readCounts(line: string): ScanCounts | null {
  if (!line.startsWith('{"ms":')) {
    return null;
  }
  try {
    const { files, layers, layersDone } = JSON.parse(line) as Partial<ScanCounts>;
    return { files: Number(files), layers: Number(layers), layersDone: Number(layersDone) };
  } catch {
    // A line that was cut.
    return null;
  }
}
