import { AppError } from '@lanner/core';
import { type AnalysisPort, type Lane, serveAnalysis, serveLane } from '@lanner/scanner';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { CommandEnvironment } from '../command.ts';
import { selfEntry } from './self.ts';

/** The child process of a scan, and its further threads: serves until the scan ends it. */
export async function analyzeLayers({ signal }: CommandEnvironment): Promise<number> {
  if (isMainThread) {
    serveAnalysis(processPort(), startLane);
  } else {
    serveLane(threadPort());
  }
  await new Promise<void>((resolve) => {
    process.once('disconnect', () => resolve());
    signal.addEventListener('abort', () => resolve());
  });
  return 0;
}

function processPort(): AnalysisPort {
  if (process.send === undefined) {
    throw new AppError('usage.invalid', 'analyze-layers is started by lanner scan', {
      hint: 'Use lanner scan image|fs|rootfs|repo|sbom TARGET.',
    });
  }
  return {
    send: (message) => void process.send?.(message),
    onMessage: (handler) => void process.on('message', handler),
  };
}

function threadPort(): AnalysisPort {
  return {
    send: (message) => parentPort?.postMessage(message),
    onMessage: (handler) => void parentPort?.on('message', handler),
  };
}

function startLane(): Lane {
  const { file, args } = selfEntry();
  const worker = new Worker(file, { argv: [...args] });
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on('message', handler),
  };
}
