import { readFileSync } from 'node:fs';
import { replaceFile } from '@lanner/core/disk';
import { refuseNewer, spoolSchema } from './segment.ts';

/** What a spool knows beside its records. Losing it costs nothing: everything is sent again then, under a new id. */
export interface SpoolState {
  /** Names the numbering: the server keeps the last number of each. */
  readonly id: string;
  /** Everything up to here is on the server's disk. */
  readonly acknowledged: number;
  /** Numbers up to here are not used again, whether or not there are records of them. */
  readonly reserved: number;
  /** Number of the last record when the spool was closed; null while it is open, and after a crash. */
  readonly closedAt: number | null;
  /** Records that went unsent because of the limits, since the spool was made. */
  readonly droppedBySize: number;
  readonly droppedByAge: number;
  /** Records that were found damaged or missing. */
  readonly damaged: number;
  /** What of that lies in segments that are still there, by name, so that it is counted once. */
  readonly counted: Readonly<Record<string, number>>;
}

/** Null when there is none, or it is damaged. Throws AppError 'store.version' for a newer schema. */
export function readState(path: string): SpoolState | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const { schema, id, ...counts } = value as Record<string, unknown>;
  if (typeof schema === 'number') {
    refuseNewer(schema, path);
  }
  const count = (name: string): number => {
    const found = counts[name];
    return typeof found === 'number' && Number.isSafeInteger(found) && found >= 0 ? found : 0;
  };
  return typeof id === 'string' && /^[0-9a-f]{16}$/.test(id)
    ? {
        id,
        acknowledged: count('acknowledged'),
        reserved: count('reserved'),
        closedAt: typeof counts['closedAt'] === 'number' ? count('closedAt') : null,
        droppedBySize: count('droppedBySize'),
        droppedByAge: count('droppedByAge'),
        damaged: count('damaged'),
        counted: countsOf(counts['counted']),
      }
    : null;
}

function countsOf(value: unknown): Record<string, number> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}

export function writeState(path: string, state: SpoolState): void {
  replaceFile(path, `${JSON.stringify({ schema: spoolSchema, ...state })}\n`);
}
