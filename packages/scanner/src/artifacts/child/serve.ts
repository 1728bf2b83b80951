import type { Log, LogDetails, LogLevel } from '@lanner/core';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { openJavaDatabase } from '../../db/java-database.ts';
import { analyzerPlan } from '../analysis-settings.ts';
import { NotedPoms } from '../../maven/remote-poms.ts';
import { hostFiles } from '../host-files.ts';
import type { FolderHelper } from '../folder-walk.ts';
import { localRunner, type LocalRunnerOptions } from '../local-runner.ts';
import { Scratch } from '../scratch.ts';
import type { JobOptions, LayerRunner, Reading } from '../layer-runner.ts';
import type { LayerResult } from '../layer-analyzer.ts';
import { Help, helperOver, type Lane } from './help.ts';
import { plainError } from './plain-error.ts';
import { Questions, RelayedQuestions } from './questions.ts';
import type { AnalysisSetup, FromAnalysis, FromLane, Job, Port, ToAnalysis, ToLane } from './protocol.ts';

export type AnalysisPort = Port<ToAnalysis, FromAnalysis>;
export type LanePort = Port<ToLane, FromLane>;

/**
 * Analyzes what it is told, one job after the other, and helps another thread with its folder: all that a thread does.
 * `helper` gives it a helper of its own.
 */
export function serveLane(port: LanePort, helper: () => FolderHelper | null = () => null): void {
  let options: LocalRunnerOptions | null = null;
  let runner: LayerRunner | null = null;
  let help: Help | null = null;
  let isCareful = false;
  let last = Promise.resolve();
  const questions = new Questions(port.send);
  port.onMessage((message) => {
    switch (message.kind) {
      case 'fetched':
        questions.answer(message);
        break;
      case 'setup':
        options = optionsOf(message.setup, port, questions);
        isCareful = message.setup.isCareful === true;
        runner = localRunner({ ...options, helper });
        break;
      case 'help':
        help = options === null ? null : new Help(message.root, message.isOverlay, options);
        break;
      case 'round':
        help?.take(message.round);
        break;
      case 'rounds-over':
        if (help !== null) {
          port.send(help.answer());
          help = null;
        }
        break;
      default:
        last = last.then(() => work(runner, message, port, isCareful));
    }
  });
}

export interface AnalysisEffects {
  /** A thread that calls `serveLane`. */
  readonly startLane: () => Lane;
  /** Whether a second thread would find a processor that has nothing to do: otherwise it only costs its start. */
  readonly isProcessorIdle: () => boolean;
  /** Called once, before the first layer that is an archive. */
  readonly beforeArchives?: () => void;
}

/**
 * Spreads jobs over this thread and others, which are started when there is more to do at once. All that a child process
 * does.
 */
export function serveAnalysis(
  port: AnalysisPort,
  { startLane, isProcessorIdle, beforeArchives }: AnalysisEffects,
): void {
  const waiting: Job[] = [];
  const idle: ((job: Job) => void)[] = [];
  let setup: AnalysisSetup | null = null;
  let lanes = 0;
  let helper: FolderHelper | null = null;
  const relayed = new RelayedQuestions(port.send);
  const prepareFor = preparation(beforeArchives);
  /** Where other threads have layers of their own, nobody is to spare. */
  function spareHelper(): FolderHelper | null {
    if (lanes !== 1) {
      return null;
    }
    if (helper === null && setup !== null && setup.width > 1 && isProcessorIdle()) {
      const lane = startLane();
      lane.send({ kind: 'setup', setup });
      helper = helperOver(lane, port.send);
    }
    return helper;
  }
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
    const lane = lanes++ === 0 ? ownLane(spareHelper) : startLane();
    lane.onMessage((message) => {
      if (message.kind === 'helped' || message.kind === 'not-helped') {
        return;
      }
      if (message.kind === 'fetch') {
        relayed.ask(message, lane.send);
        return;
      }
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
    if (message.kind === 'fetched') {
      relayed.answer(message);
      return;
    }
    prepareFor(message);
    waiting.push(message);
    const lane = idle.pop();
    if (lane !== undefined) {
      next(lane);
    } else if (setup !== null && lanes < setup.width) {
      addLane();
    }
  });
}

/** Calls once, for the first layer that is an archive. */
function preparation(beforeArchives: (() => void) | undefined): (job: Job) => void {
  let isDone = false;
  return (job) => {
    if (!isDone && job.kind === 'layer' && job.content.kind === 'archive') {
      isDone = true;
      beforeArchives?.();
    }
  };
}

/** This thread as a lane. */
function ownLane(helper: () => FolderHelper | null): Lane {
  let toLane: (message: ToLane) => void = () => undefined;
  let fromLane: (message: FromLane) => void = () => undefined;
  serveLane(
    {
      send: (message) => fromLane(message),
      onMessage: (handler) => {
        toLane = handler;
      },
    },
    helper,
  );
  return {
    send: (message) => toLane(message),
    onMessage: (handler) => {
      fromLane = handler;
    },
  };
}

function optionsOf(
  { settings, limits, folder }: AnalysisSetup,
  port: LanePort,
  questions: Questions,
): LocalRunnerOptions {
  const poms = settings.remotePoms === true ? new NotedPoms((wanted) => questions.ask(wanted)) : undefined;
  const plan = analyzerPlan(settings, {
    log: sentLog(port),
    javaIndex: settings.javaDatabase === null ? null : openJavaDatabase(settings.javaDatabase.path),
    host: settings.hostEnv === null ? null : hostFiles(settings.hostEnv),
    ...(poms === undefined ? {} : { remotePoms: poms }),
  });
  // Threads of a process share its number, so each has a folder of its own.
  const scratch = new Scratch(mkdtempSync(join(folder, 'files-')), limits.scratch);
  return { plan, scratch, limits, skipped: settings.skipped, ...(poms === undefined ? {} : { poms }) };
}

async function work(runner: LayerRunner | null, job: Job, port: LanePort, isCareful: boolean): Promise<void> {
  const { id } = job;
  try {
    if (runner === null) {
      throw new Error('a job came before the setup');
    }
    port.send({ kind: 'done', id, result: await run(runner, job, port, isCareful) });
  } catch (error) {
    port.send({ kind: 'failed', id, error: plainError(error) });
  }
}

const bytesStep = 4 * 2 ** 20;

function run(runner: LayerRunner, job: Job, port: LanePort, isCareful: boolean): Promise<LayerResult> {
  let untold = 0;
  function onBytes(count: number): void {
    untold += count;
    if (untold >= bytesStep) {
      port.send({ kind: 'bytes', id: job.id, count: untold });
      untold = 0;
    }
  }
  const { id, leftOut } = job;
  const onReading = (reading: Reading): void => port.send({ kind: 'reading', id, reading });
  const options: JobOptions = { leftOut, ...(isCareful ? { onReading } : {}) };
  options.onReading?.({ path: '' });
  return job.kind === 'layer'
    ? runner.layer(job.content, job.diffId, onBytes, options)
    : runner.folder(job.path, onBytes, (count) => port.send({ kind: 'files', id, count }), options);
}

function sentLog(port: LanePort): Log {
  const at =
    (level: LogLevel) =>
    (message: string, details: LogDetails = {}): void =>
      port.send({ kind: 'log', level, message, details });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
