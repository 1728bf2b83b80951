import type { AppError } from '@lanner/core';
import type { LayerResult } from '../layer-analyzer.ts';
import type { JobOptions, LayerRunner, Reading } from '../layer-runner.ts';
import type { Problem } from '../problems.ts';
import type { AnalysisProcess } from './process.ts';
import { childRunner, type ChildRunnerOptions } from './runner.ts';

export interface ContainedRunnerOptions extends Omit<ChildRunnerOptions, 'process' | 'isCareful'> {
  /** Starts a process; called again when one ended. */
  readonly startProcess: () => AnalysisProcess;
}

/** So many processes at most: an artifact of which every file ends one is given up. */
const maxStarts = 12;

interface Attempt {
  readonly runner: LayerRunner;
  readonly isCareful: boolean;
  /** Why its process ended; null while it runs. */
  ended: AppError | null;
  /** It came to a job: another one may get further. */
  hasBegun: boolean;
}

/**
 * Analyzes in a child process. When that ends early, as it needs too much memory, what it had in hand is done again by
 * another one that does one thing at a time and tells what it looks at: what ends that one is left out and named, and
 * all else is reported. Where nothing is known of what ended it, the job is rejected with its end.
 */
export function containedRunner({ startProcess, ...options }: ContainedRunnerOptions): LayerRunner {
  let starts = 0;
  let isClosed = false;
  let attempt = start();

  function start(): Attempt {
    const isCareful = starts++ > 0;
    const process = startProcess();
    const started: Pick<Attempt, 'ended' | 'hasBegun'> = { ended: null, hasBegun: !isCareful };
    // Noted before the jobs are rejected.
    void process.ended.then((reason) => {
      started.ended = reason;
    });
    const runner = childRunner({ ...options, process, isCareful, ...(isCareful ? { width: 1 } : {}) });
    return Object.assign(started, { runner, isCareful });
  }

  async function contained(
    run: (runner: LayerRunner, job: JobOptions) => Promise<LayerResult>,
  ): Promise<LayerResult> {
    const leftOut: Problem[] = [];
    for (;;) {
      const used = attempt;
      // What a callback sets.
      const seen: { last: Reading | null } = { last: null };
      const onReading = (reading: Reading): void => {
        seen.last = reading;
        used.hasBegun = true;
      };
      try {
        return await run(used.runner, { leftOut, onReading });
      } catch (error) {
        leftOut.push(...renewed(used, seen.last, error));
      }
    }
  }

  /** Has another process in place of one that ended, and gives what ended it. Throws `error` where it cannot go on. */
  function renewed(used: Attempt, last: Reading | null, error: unknown): Problem[] {
    const { ended, isCareful, hasBegun } = used;
    if (ended === null || isClosed) {
      throw error;
    }
    if (attempt === used && hasBegun && starts < maxStarts) {
      attempt = start();
      options.log.debug('what was read when a process ended is read again, one file at a time', {
        problem: ended.message,
      });
    }
    if (attempt === used || last?.path === '') {
      throw error;
    }
    return isCareful && last !== null ? [{ ...last, code: ended.code, message: leftOutMessage(ended) }] : [];
  }

  return {
    width: options.width,
    layer: (content, diffId, onBytes) =>
      contained((runner, job) => runner.layer(content, diffId, onBytes, job)),
    folder: (path, onBytes, onFiles) =>
      contained((runner, job) => runner.folder(path, onBytes, onFiles, job)),
    close: () => {
      isClosed = true;
      return attempt.runner.close();
    },
  };
}

function leftOutMessage({ message, hint }: AppError): string {
  return `left out, because ${message}${hint === undefined ? '' : `. ${hint}`}`;
}
