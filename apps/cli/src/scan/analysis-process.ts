import { AppError } from '@lanner/core';
import {
  type AnalysisPort,
  giveUpCompileCache,
  type Lane,
  type LanePort,
  loadForArchives,
  optimizeLate,
  serveAnalysis,
  serveLane,
} from '@lanner/scanner';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type * as Threads from 'node:worker_threads';

// The child process of a scan, and its further threads: a program of its own, as a start of the whole command line
// would take longer. It serves until the scan ends it.
giveUpCompileCache();
if (process.send === undefined) {
  serveLane(threadPort());
} else {
  if (process.argv[2] === 'archives') {
    loadForArchives();
  }
  serveAnalysis(processPort(process.send.bind(process)), {
    startLane,
    isProcessorIdle,
    beforeArchives: optimizeLate,
  });
  process.once('disconnect', () => process.exit());
  // A stop from the terminal reaches the scan too, which then ends this process and says why.
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => undefined);
  }
}

function processPort(send: NonNullable<NodeJS.Process['send']>): AnalysisPort {
  return {
    send: (message) => void send(message),
    onMessage: (handler) => void process.on('message', handler),
  };
}

function threadPort(): LanePort {
  const { parentPort } = threads();
  if (parentPort === null) {
    throw new AppError('usage.invalid', 'this is started by lanner scan');
  }
  return {
    send: (message) => parentPort.postMessage(message),
    onMessage: (handler) => void parentPort.on('message', handler),
  };
}

function startLane(): Lane {
  const { Worker } = threads();
  const worker = new Worker(fileURLToPath(import.meta.url));
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on('message', handler),
  };
}

/** Most scans have one thread, and the module needs 1.5 MB. */
function threads(): typeof Threads {
  return process.getBuiltinModule('node:worker_threads');
}

/** By the last minute, in which other scans may have been. */
function isProcessorIdle(): boolean {
  const [load = 0] = loadavg();
  return load < availableParallelism() - 0.5;
}
