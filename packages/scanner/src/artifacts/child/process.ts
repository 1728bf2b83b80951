import { AppError } from '@lanner/core';
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';
import type { CompileCache } from './compile-cache.ts';

export interface AnalysisProcessOptions {
  /** What it runs: a file that calls `serveAnalysis`. */
  readonly entry: string;
  /** What it will most likely be told to read, which it prepares for. */
  readonly reads: 'archives' | 'folders';
  /** The only folder that it may write in. */
  readonly folder: string;
  /** Resident memory that ends it. */
  readonly memoryLimitMiB: number;
  /** Where what was compiled of its program is kept: it may write there until it is told what to read. */
  readonly compileCache: CompileCache | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A child process that analyzes what it is told; `childRunner` tells it. */
export interface AnalysisProcess {
  readonly child: ChildProcess;
  /** Fulfilled with why it ended; never rejected. */
  readonly ended: Promise<AppError>;
  /** Ends it: it holds nothing that must be written. */
  readonly stop: () => Promise<void>;
}

const watchMs = 50;
const lowPriority = 10;

/**
 * Starts a child process of low priority that may read, but write only in its folder, start no program and load no
 * native code; it is ended when it needs too much memory. It may be started before it is known what there is to do.
 */
export function startAnalysisProcess(options: AnalysisProcessOptions): AnalysisProcess {
  const child = start(options);
  let outgrown: AppError | null = null;
  const watch = setInterval(() => {
    if (residentMiB(child) > options.memoryLimitMiB) {
      outgrown = new AppError(
        'artifact.limit',
        `reading the artifact needs more than ${options.memoryLimitMiB} MiB of memory`,
        { hint: 'Allow more with --memory-limit, or leave files out with --skip-files.' },
      );
      child.kill('SIGKILL');
    }
  }, watchMs);
  watch.unref();
  const ended = new Promise<AppError>((resolve) => {
    child.on('error', (cause) => {
      // Of one that runs, the end tells.
      if (child.pid === undefined) {
        clearInterval(watch);
        resolve(
          new AppError('artifact.limit', `no process could be started: ${cause.message}`, {
            cause,
            hint: 'Let the user start more processes, or end some.',
          }),
        );
      }
    });
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(outgrown ?? endedEarly(signal ?? `exit code ${code ?? 0}`));
    });
  });
  return {
    child,
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function endedEarly(how: string): AppError {
  return new AppError('artifact.limit', `reading the artifact ended early (${how})`, {
    hint: 'Give it more memory with --memory-limit, or leave files out with --skip-files.',
  });
}

function start({
  entry,
  reads,
  folder,
  memoryLimitMiB,
  compileCache,
  env,
}: AnalysisProcessOptions): ChildProcess {
  const child = fork(entry, [reads], {
    execArgv: [
      '--permission',
      '--allow-fs-read=*',
      `--allow-fs-write=${folder}`,
      ...(compileCache === null ? [] : [`--allow-fs-write=${compileCache.folder}`]),
      '--allow-worker',
      // Files are held outside of this heap.
      `--max-old-space-size=${Math.max(128, Math.floor(memoryLimitMiB / 2))}`,
      // Little of what is made while files are read lives long, and the scan has few of such objects at a time.
      '--max-semi-space-size=1',
      `--v8-pool-size=${helpersOfRuntime()}`,
      '--disable-warning=SecurityWarning',
      '--disable-warning=ExperimentalWarning',
    ],
    // Memory of threads that ended or wait is of use to the others: with arenas of their own, glibc keeps 3 MB more.
    env: { ...env, ...compileCache?.env, TMPDIR: folder, MALLOC_ARENA_MAX: '1' },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if (child.pid !== undefined) {
    setPriority(child.pid, lowPriority);
  }
  return child;
}

/** Threads that compile and collect garbage beside the program, four unless said: on few processors they only take turns. */
function helpersOfRuntime(): number {
  return Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));
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
