import { AppError } from '@lanner/core';
import {
  type AnalysisPort,
  giveUpCompileCache,
  type Lane,
  type LanePort,
  serveAnalysis,
  serveLane,
} from '@lanner/scanner';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// The child process of a scan, and its further threads: a program of its own, as a start of the whole command line
// would take longer. It serves until the scan ends it.
giveUpCompileCache();
if (isMainThread) {
  serveAnalysis(processPort(), { startLane, isProcessorIdle });
  process.once('disconnect', () => process.exit());
  // A stop from the terminal reaches the scan too, which then ends this process and says why.
  for (const name of ['SIGINT', 'SIGTERM']) {
    process.on(name, () => undefined);
  }
} else {
  serveLane(threadPort());
}

function processPort(): AnalysisPort {
  if (process.send === undefined) {
    throw new AppError('usage.invalid', 'this is started by lanner scan');
  }
  return {
    send: (message) => void process.send?.(message),
    onMessage: (handler) => void process.on('message', handler),
  };
}

function threadPort(): LanePort {
  return {
    send: (message) => parentPort?.postMessage(message),
    onMessage: (handler) => void parentPort?.on('message', handler),
  };
}

function startLane(): Lane {
  const worker = new Worker(fileURLToPath(import.meta.url));
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on('message', handler),
  };
}

/** By the last minute, in which other scans may have been. */
function isProcessorIdle(): boolean {
  const [load = 0] = loadavg();
  return load < availableParallelism() - 0.5;
}
