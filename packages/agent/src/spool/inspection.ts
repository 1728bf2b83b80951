import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Log } from '@lanner/core';
import type { ReadSegment, Segment } from './segment.ts';
import type { SpoolState } from './state-file.ts';

export interface Inspection {
  /** The last number that a record is known to have had. */
  readonly last: number;
  /** The highest number that a record or the name of a segment has. */
  readonly used: number;
  /** Records that are lost and were not counted before. */
  readonly lost: number;
  /** All lost ones of each segment that is there. */
  readonly counted: Record<string, number>;
  readonly skippedBytes: number;
  readonly isDamaged: boolean;
}

/** What all segments together say of damage. Each knows the last number of the one before it. */
export function inspect(
  segments: readonly ReadSegment[],
  { counted: before, closedAt }: Pick<SpoolState, 'counted' | 'closedAt'>,
): Inspection {
  const counted: Record<string, number> = {};
  let last = 0;
  let used = 0;
  let lost = 0;
  let skippedBytes = 0;
  let isDamaged = false;
  segments.forEach((segment, index) => {
    // The newest ends where it ended when the spool was closed.
    const isNewest = index === segments.length - 1;
    const next = (isNewest ? closedAt : segments[index + 1]?.previousLast) ?? segment.last;
    const missing = segment.missing + Math.max(0, next - segment.last);
    const name = basename(segment.path);
    if (missing > 0) {
      counted[name] = missing;
      lost += Math.max(0, missing - (before[name] ?? 0));
    }
    skippedBytes += segment.skippedBytes;
    isDamaged ||= missing > 0 || segment.skippedBytes > 0 || segment.previousLast === null;
    last = Math.max(last, segment.last, next);
    used = Math.max(used, last, segment.first);
  });
  return { last, used, lost, counted, skippedBytes, isDamaged };
}

export function tellDamage({ lost, skippedBytes }: Inspection, folder: string, log: Log): void {
  if (lost > 0) {
    log.error('spool was damaged; what can be read is sent', { folder, lost, skippedBytes });
  } else if (skippedBytes > 0) {
    log.warn('spool has bytes that belong to no record, such as of an unfinished write', {
      folder,
      skippedBytes,
    });
  }
}

/** A segment without records is of use only as the newest: its name says which number comes next. */
export function withoutEmpty(segments: readonly ReadSegment[]): Segment[] {
  return segments.filter(({ records, path }, index) => {
    const isKept = records > 0 || index === segments.length - 1;
    if (!isKept) {
      rmSync(path, { force: true });
    }
    return isKept;
  });
}
