import type { AppError } from '@lanner/core';
import type { EventView } from '@lanner/engine';
import type { CaptureSource } from '../capture/source.ts';
import { type AuditLimits, AuditReader } from './reader.ts';
import { auditChunks } from './source.ts';

export interface AuditReplayOptions {
  /** The view that is moved over the events. */
  readonly event: EventView;
  /** Called for each event, which is valid during the call; `false` ends the replay. */
  readonly onEvent: (event: EventView) => unknown;
  /** Told of items that are skipped: AppError `audit.parse`. */
  readonly onProblem: (problem: AppError) => void;
  /** Awaited between chunks: the place to wait for slow consumers. */
  readonly onPause?: () => unknown;
  /** Ends the replay between chunks. */
  readonly signal?: AbortSignal;
  readonly limits?: AuditLimits;
}

export interface AuditReplayResult {
  readonly events: number;
  /** Items that could not be used. */
  readonly skipped: number;
  /** False when `onEvent` or the signal ended the replay. */
  readonly complete: boolean;
}

/**
 * Reads audit events from a file (plain or gzip), the files of a folder in the order of their change, or bytes as they
 * come, and hands them out in order.
 * Throws AppError `file.read`, and `audit.parse` where compressed data is damaged, after all that comes before.
 */
export async function replayAudit(
  source: CaptureSource,
  options: AuditReplayOptions,
): Promise<AuditReplayResult> {
  const reader = new AuditReader(options.onProblem, options.limits);
  const result = (complete: boolean): AuditReplayResult => ({
    events: reader.events,
    skipped: reader.skipped,
    complete,
  });
  for await (const chunk of auditChunks(source)) {
    reader.push(chunk);
    if (!handOut(reader, options)) {
      return result(false);
    }
    await options.onPause?.();
    if (options.signal?.aborted === true) {
      return result(false);
    }
  }
  reader.end();
  return result(handOut(reader, options));
}

/** False when the consumer has had enough. */
function handOut(reader: AuditReader, { event, onEvent }: AuditReplayOptions): boolean {
  while (reader.next(event) === 'event') {
    if (onEvent(event) === false) {
      return false;
    }
  }
  return true;
}
