import { AppError, type Log, type LogDetails, type LogLevel } from '@lanner/core';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openJavaDatabase } from '../../db/java-database.ts';
import { analyzerPlan } from '../analysis-settings.ts';
import { hostFiles } from '../host-files.ts';
import { localRunner } from '../local-runner.ts';
import { Scratch } from '../scratch.ts';
import type { LayerRunner } from '../layer-runner.ts';
import type { LayerResult } from '../layer-analyzer.ts';
import type { AnalysisSetup, FromAnalysis, Job, PlainError, Port, ToAnalysis } from './protocol.ts';

export type AnalysisPort = Port<ToAnalysis, FromAnalysis>;
/** Another thread that serves the same protocol. */
export type Lane = Port<FromAnalysis, ToAnalysis>;

/** Analyzes what it is told, one job after the other: all that a thread does. */
export function serveLane(port: AnalysisPort): void {
  let runner: LayerRunner | null = null;
  let last = Promise.resolve();
  port.onMessage((message) => {
    if (message.kind === 'setup') {
      runner = runnerOf(message.setup, port);
    } else {
      last = last.then(() => work(runner, message, port));
    }
  });
}

/**
 * Spreads jobs over this thread and others, which are started when there is more to do at once. All that a child process
 * does.
 */
export function serveAnalysis(port: AnalysisPort, startLane: () => Lane): void {
  const waiting: Job[] = [];
  const idle: ((job: Job) => void)[] = [];
  let setup: AnalysisSetup | null = null;
  let lanes = 0;
  function next(lane: (job: Job) => void): void {
    const job = waiting.shift();
    if (job === undefined) {
      idle.push(lane);
    } else {
      lane(job);
    }
  }
  function addLane(): void {
    if (setup === null) {
      return;
    }
    const lane = lanes++ === 0 ? ownLane() : startLane();
    lane.onMessage((message) => {
      port.send(message);
      if (message.kind === 'done' || message.kind === 'failed') {
        next(lane.send);
      }
    });
    lane.send({ kind: 'setup', setup });
    next(lane.send);
  }
  port.onMessage((message) => {
    if (message.kind === 'setup') {
      ({ setup } = message);
      return;
    }
    waiting.push(message);
    const lane = idle.pop();
    if (lane !== undefined) {
      next(lane);
    } else if (setup !== null && lanes < setup.width) {
      addLane();
    }
  });
}

/** This thread as a lane. */
function ownLane(): Lane {
  let toLane: (message: ToAnalysis) => void = () => undefined;
  let fromLane: (message: FromAnalysis) => void = () => undefined;
  serveLane({
    send: (message) => fromLane(message),
    onMessage: (handler) => {
      toLane = handler;
    },
  });
  return {
    send: (message) => toLane(message),
    onMessage: (handler) => {
      fromLane = handler;
    },
  };
}

function runnerOf({ settings, limits, folder }: AnalysisSetup, port: AnalysisPort): LayerRunner {
  const plan = analyzerPlan(settings, {
    log: sentLog(port),
    javaIndex: settings.javaDatabase === null ? null : openJavaDatabase(settings.javaDatabase.path),
    host: settings.hostEnv === null ? null : hostFiles(settings.hostEnv),
  });
  // Threads of a process share its number, so each has a folder of its own.
  const scratch = new Scratch(mkdtempSync(join(folder, 'files-')), limits.scratch);
  return localRunner({ plan, scratch, limits, skipped: settings.skipped });
}

async function work(runner: LayerRunner | null, job: Job, port: AnalysisPort): Promise<void> {
  const { id } = job;
  try {
    if (runner === null) {
      throw new Error('a job came before the setup');
    }
    port.send({ kind: 'done', id, result: await run(runner, job, port) });
  } catch (error) {
    port.send({ kind: 'failed', id, error: plainError(error) });
  }
}

const bytesStep = 4 * 2 ** 20;

function run(runner: LayerRunner, job: Job, port: AnalysisPort): Promise<LayerResult> {
  let untold = 0;
  function onBytes(count: number): void {
    untold += count;
    if (untold >= bytesStep) {
      port.send({ kind: 'bytes', id: job.id, count: untold });
      untold = 0;
    }
  }
  return job.kind === 'layer'
    ? runner.layer(job.content, job.diffId, onBytes)
    : runner.folder(job.path, onBytes);
}

function plainError(error: unknown): PlainError {
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function sentLog(port: AnalysisPort): Log {
  const at =
    (level: LogLevel) =>
    (message: string, details: LogDetails = {}): void =>
      port.send({ kind: 'log', level, message, details });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
