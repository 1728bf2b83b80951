import type { AppError, Log } from '@lanner/core';
import type { ChildProcess } from 'node:child_process';
import type { FetchPoms } from '../../maven/remote-poms.ts';
import type { LayerResult } from '../layer-analyzer.ts';
import type { JobOptions, LayerRunner } from '../layer-runner.ts';
import { revived } from './plain-error.ts';
import type { AnalysisProcess } from './process.ts';
import type { AnalysisSetup, FetchedPoms, FromAnalysis, Job, ToAnalysis } from './protocol.ts';

export interface ChildRunnerOptions extends AnalysisSetup {
  readonly process: AnalysisProcess;
  readonly log: Log;
  /** Fetches POMs for the child, which has no network; none are fetched without. */
  readonly fetchPoms?: FetchPoms;
}

interface Pending {
  readonly resolve: (result: LayerResult) => void;
  readonly reject: (error: unknown) => void;
  readonly onBytes: (count: number) => void;
  readonly onFiles: (count: number) => void;
  readonly onReading: JobOptions['onReading'];
}

type Unnumbered<J> = J extends Job ? Omit<J, 'id' | 'leftOut'> : never;

/** Analyzes in a child process, which is ended with it; whoever started the process waits for its end. */
export function childRunner(options: ChildRunnerOptions): LayerRunner {
  const { child, ended, stop } = options.process;
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let failure: AppError | null = null;
  function fail(reason: unknown): void {
    for (const { reject } of pending.values()) {
      reject(reason);
    }
    pending.clear();
  }
  void ended.then((reason) => {
    failure = reason;
    fail(reason);
  });
  // The channel gives what the child sends, which is this protocol.
  child.on('message', (message) => {
    const told = message as FromAnalysis;
    if (told.kind === 'fetch') {
      void fetchFor(told, options).then((answer) => send(child, answer), fail);
    } else {
      receive(told, pending, options.log);
    }
  });
  send(child, { kind: 'setup', setup: setupOf(options) });
  function ask(
    job: Unnumbered<Job>,
    onBytes: (count: number) => void,
    onFiles: (count: number) => void = () => undefined,
    { leftOut = [], onReading }: JobOptions = {},
  ): Promise<LayerResult> {
    if (failure !== null) {
      return Promise.reject(failure);
    }
    const id = nextId++;
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject, onBytes, onFiles, onReading });
      send(child, { ...job, id, leftOut });
    });
  }
  return {
    width: options.width,
    layer: (content, diffId, onBytes, options) =>
      ask({ kind: 'layer', content, diffId }, onBytes, undefined, options),
    folder: (path, onBytes, onFiles, options) => ask({ kind: 'folder', path }, onBytes, onFiles, options),
    close: () => {
      void stop();
      return Promise.resolve();
    },
  };
}

type Question = Extract<FromAnalysis, { kind: 'fetch' }>;

async function fetchFor(
  { question, wanted }: Question,
  { fetchPoms }: ChildRunnerOptions,
): Promise<FetchedPoms> {
  const poms = fetchPoms === undefined ? wanted.map(() => null) : await fetchPoms(wanted);
  return { kind: 'fetched', question, poms };
}

function setupOf({ settings, limits, folder, width, isCareful = false }: ChildRunnerOptions): AnalysisSetup {
  return { settings, limits, folder, width, isCareful };
}

function send(child: ChildProcess, message: ToAnalysis): void {
  // A child that is gone is told of by its end.
  if (child.connected) {
    child.send(message);
  }
}

function receive(message: Exclude<FromAnalysis, Question>, pending: Map<number, Pending>, log: Log): void {
  if (message.kind === 'log') {
    log[message.level](message.message, message.details);
    return;
  }
  const job = pending.get(message.id);
  if (message.kind === 'bytes') {
    job?.onBytes(message.count);
    return;
  }
  if (message.kind === 'files') {
    job?.onFiles(message.count);
    return;
  }
  if (message.kind === 'reading') {
    job?.onReading?.(message.reading);
    return;
  }
  pending.delete(message.id);
  if (message.kind === 'done') {
    job?.resolve(message.result);
  } else {
    job?.reject(revived(message.error));
  }
}
