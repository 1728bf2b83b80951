import { AppError } from '@lanner/core';
import type { EventView } from '@lanner/engine';
import { type CaptureLimits, CaptureReader } from './reader.ts';
import type { CaptureSink } from './records.ts';
import { captureChunks, type CaptureSource, withPath } from './source.ts';

export interface ReplayOptions {
  /** The view that is moved over the events. */
  readonly event: EventView;
  /** Takes what the capture says about the system. */
  readonly sink: CaptureSink;
  /** Called for each event, which is valid during the call; `false` ends the replay, 'pause' has `onPause` awaited. */
  readonly onEvent: (event: EventView) => unknown;
  /** Awaited between chunks (64 to 256 KiB of events) and when asked for: the place to wait for slow consumers. */
  readonly onPause?: () => unknown;
  /** Ends the replay between chunks. */
  readonly signal?: AbortSignal;
  readonly limits?: CaptureLimits;
  /** Told once, before anything else, whether the capture is compressed. */
  readonly onCompression?: (isGzip: boolean) => void;
  /** The reader to use, for who wants to look at it although the replay fails. */
  readonly reader?: CaptureReader;
}

export interface ReplayResult {
  readonly events: number;
  /** False when `onEvent` or the signal ended the replay. */
  readonly complete: boolean;
  readonly reader: CaptureReader;
}

/**
 * Reads a capture and hands out its records and events in order, synchronously within each chunk, while the next chunks
 * are inflated in the thread pool.
 * Throws AppError `file.read`, `capture.format`, `capture.version` or `capture.conversion`, each after all that comes
 * before has been handed out; the offset in the decompressed stream is in its details.
 */
export async function replayCapture(source: CaptureSource, options: ReplayOptions): Promise<ReplayResult> {
  const reader = options.reader ?? new CaptureReader(options.limits);
  const replay = new Replay(reader, options);
  try {
    for await (const chunk of captureChunks(source, options.onCompression)) {
      reader.push(chunk);
      if (!(await replay.run())) {
        return { events: replay.events, complete: false, reader };
      }
      await options.onPause?.();
      if (options.signal?.aborted === true) {
        return { events: replay.events, complete: false, reader };
      }
    }
    reader.end();
    const complete = await replay.run();
    return { events: replay.events, complete, reader };
  } catch (error) {
    throw error instanceof AppError && typeof source === 'string' ? withPath(error, source) : error;
  }
}

class Replay {
  events = 0;
  readonly #reader: CaptureReader;
  readonly #options: ReplayOptions;

  constructor(reader: CaptureReader, options: ReplayOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /** Hands out what the reader has; false when the consumer has had enough. */
  async run(): Promise<boolean> {
    const { signal, onPause } = this.#options;
    for (;;) {
      const reason = this.#toPause();
      if (reason !== 'pause') {
        return reason !== 'end';
      }
      await onPause?.();
      if (signal?.aborted === true) {
        return false;
      }
    }
  }

  /** Events as far as nothing has to be waited for. */
  #toPause(): 'pause' | 'end' | 'chunk' {
    const { event, sink, onEvent } = this.#options;
    while (this.#reader.next(event, sink) === 'event') {
      this.events++;
      const answer = onEvent(event);
      if (answer === false) {
        return 'end';
      }
      if (answer === 'pause') {
        return 'pause';
      }
    }
    return 'chunk';
  }
}
