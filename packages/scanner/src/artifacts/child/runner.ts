import { AppError, type ErrorCode, errorCodes, type Log } from '@lanner/core';
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { LayerResult } from '../layer-analyzer.ts';
import type { LayerRunner } from '../layer-runner.ts';
import type { AnalysisSetup, FromAnalysis, Job, PlainError, ToAnalysis } from './protocol.ts';

export interface ChildRunnerOptions extends AnalysisSetup {
  /** What a child runs: a file and its arguments; it calls `serveAnalysis`. */
  readonly entry: { readonly file: string; readonly args: readonly string[] };
  /** Resident memory that ends the child. */
  readonly memoryLimitMiB: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

interface Pending {
  readonly resolve: (result: LayerResult) => void;
  readonly reject: (error: unknown) => void;
  readonly onBytes: (count: number) => void;
}

type Unnumbered<J> = J extends Job ? Omit<J, 'id'> : never;

const watchMs = 200;
const lowPriority = 10;

/**
 * Analyzes in a child process of low priority that may read, but write only in its folder, start no program and load no
 * native code; it is ended when it needs too much memory.
 */
export function childRunner(options: ChildRunnerOptions): LayerRunner {
  const child = startChild(options);
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let failure: AppError | null = null;
  const ended = new Promise<void>((resolve) => {
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      failure ??= new AppError(
        'artifact.limit',
        `reading the artifact ended early (${signal ?? `exit code ${code ?? 0}`})`,
        { hint: 'Give it more memory with --memory-limit, or leave files out with --skip-files.' },
      );
      for (const { reject } of pending.values()) {
        reject(failure);
      }
      pending.clear();
      resolve();
    });
  });
  const watch = setInterval(() => {
    const resident = residentMiB(child);
    if (resident > options.memoryLimitMiB) {
      failure = new AppError(
        'artifact.limit',
        `reading the artifact needs more than ${options.memoryLimitMiB} MiB of memory`,
        { hint: 'Allow more with --memory-limit, or leave files out with --skip-files.' },
      );
      child.kill('SIGKILL');
    }
  }, watchMs);
  watch.unref();
  child.on('error', (error) => {
    failure = new AppError('artifact.limit', `no process could be started: ${error.message}`, {
      cause: error,
    });
  });
  // The channel gives what the child sends, which is this protocol.
  child.on('message', (message) => receive(message as FromAnalysis, pending, options.log));
  send(child, { kind: 'setup', setup: setupOf(options) });
  function ask(job: Unnumbered<Job>, onBytes: (count: number) => void): Promise<LayerResult> {
    if (failure !== null) {
      return Promise.reject(failure);
    }
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, onBytes });
      send(child, { ...job, id });
    });
  }
  return {
    width: options.width,
    layer: (content, diffId, onBytes) => ask({ kind: 'layer', content, diffId }, onBytes),
    folder: (path, onBytes) => ask({ kind: 'folder', path }, onBytes),
    close: async () => {
      // It holds nothing that must be written.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function setupOf({ settings, limits, folder, width }: ChildRunnerOptions): AnalysisSetup {
  return { settings, limits, folder, width };
}

function startChild({ entry, folder, memoryLimitMiB, env }: ChildRunnerOptions): ChildProcess {
  const child = fork(entry.file, [...entry.args], {
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      `--allow-fs-write=${folder}`,
      '--allow-worker',
      // Files are held outside of this heap.
      `--max-old-space-size=${Math.max(128, Math.floor(memoryLimitMiB / 2))}`,
      '--max-semi-space-size=2',
      '--disable-warning=SecurityWarning',
      '--disable-warning=ExperimentalWarning',
    ],
    env: { ...env, TMPDIR: folder },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if (child.pid !== undefined) {
    setPriority(child.pid, lowPriority);
  }
  return child;
}

function send(child: ChildProcess, message: ToAnalysis): void {
  // A child that is gone is told of by its end.
  if (child.connected) {
    child.send(message);
  }
}

function receive(message: FromAnalysis, pending: Map<number, Pending>, log: Log): void {
  if (message.kind === 'log') {
    log[message.level](message.message, message.details);
    return;
  }
  const job = pending.get(message.id);
  if (message.kind === 'bytes') {
    job?.onBytes(message.count);
    return;
  }
  pending.delete(message.id);
  if (message.kind === 'done') {
    job?.resolve(message.result);
  } else {
    job?.reject(revived(message.error));
  }
}

function revived({ code, message, hint }: PlainError): Error {
  return isErrorCode(code) ? new AppError(code, message, { hint }) : new Error(message);
}

function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(errorCodes, code);
}

function residentMiB({ pid }: ChildProcess): number {
  try {
    const [, pages = '0'] = readFileSync(`/proc/${pid ?? 0}/statm`, 'latin1').split(' ');
    return (Number(pages) * 4096) / 2 ** 20;
  } catch {
    // It has just ended, which is told elsewhere.
    return 0;
  }
}
