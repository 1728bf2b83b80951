import type { Log } from '@lanner/core';
import { EventView, type LoadedRule } from '@lanner/engine';
import { type MetricFamily, nodeEffects, type OutputHub } from '@lanner/hub';
import { latin1, replayAudit, StateTables } from '@lanner/sensor';
import type { CommandEnvironment } from '../command.ts';
import type { AlertPrinter } from './alert-printer.ts';
import { captureKind } from './capture-kind.ts';
import { containerSettings } from './container-settings.ts';
import { closeGraceMs } from './ending.ts';
import type { Detection, DetectionFigures } from './detection.ts';
import { openOutputs } from './outputs.ts';
import type { LocalSource } from './event-source.ts';
import { pipeline } from './pipeline.ts';
import { receiveAudit, receiveNothing } from './receive.ts';
import { type DetectionRun, replaySyscalls, type RunFigures, type SystemOptions } from './replay.ts';
import {
  type LoadedProgram,
  loadProgram,
  reportOf,
  type RuleProgram,
  type RuleReport,
  type RuleSummary,
} from './rule-program.ts';
import type { DetectSettings } from './settings.ts';
import { RuleCounts } from './summary.ts';

export interface RunResult extends RunFigures {
  readonly counts: RuleCounts;
  /** Alerts that outputs did not take. */
  readonly dropped: number;
}

/** A detection whose rules run in this thread: every one but that of the living machine. */
export class LocalDetection implements Detection {
  readonly counts: RuleCounts = new RuleCounts();
  readonly hub: OutputHub;
  readonly run: DetectionRun;
  rules: readonly RuleSummary[];
  #printer: AlertPrinter;

  constructor({ set, ruleset, printer }: LoadedProgram, hub: OutputHub, signal: AbortSignal) {
    this.hub = hub;
    this.rules = set.rules;
    this.#printer = printer;
    this.run = {
      ruleset,
      signal,
      state: null,
      events: 0,
      onAlert: (rule: LoadedRule, event: EventView) => {
        this.counts.add(rule);
        hub.send(this.#printer.message(rule, event));
        this.run.isFull = hub.wantsPause;
      },
      isFull: false,
      // A replay waits for its outputs instead of dropping.
      pause: async () => {
        if (hub.wantsPause) {
          await hub.room();
        }
        this.run.isFull = false;
      },
    };
  }

  figures(): DetectionFigures {
    const { events, state } = this.run;
    return { events, state: state?.stats() ?? null, kernel: null };
  }

  families(): readonly MetricFamily[] {
    return [];
  }

  exchange(program: RuleProgram): Promise<RuleReport> {
    // All that can fail comes before the first exchange.
    const { set, ruleset, printer } = loadProgram(program);
    if (set.successful) {
      this.run.ruleset = ruleset;
      this.#printer = printer;
      this.rules = set.rules;
    }
    return Promise.resolve(reportOf(set));
  }
}

/** Opens the outputs for rules that have been loaded. A replay waits for whoever reads standard output. */
export async function prepareDetection(
  program: LoadedProgram,
  source: LocalSource,
  { config }: DetectSettings,
  environment: CommandEnvironment,
  log: Log,
): Promise<LocalDetection> {
  const hub = await openOutputs(config, nodeEffects(log, environment.outTaken), log, {
    patience: source.kind === 'replay' ? environment.signal : undefined,
  });
  return new LocalDetection(program, hub, environment.signal);
}

/**
 * Reads the events of the source and closes the outputs, also when that fails; `beforeClose` ends what may still
 * write to them.
 */
export async function runDetection(
  detection: LocalDetection,
  source: LocalSource,
  { config }: DetectSettings,
  environment: CommandEnvironment,
  log: Log,
  beforeClose: () => Promise<void>,
): Promise<RunResult> {
  const { run, hub, counts } = detection;
  const system = {
    // A recording does not say which host it is from; the alert's own hostname is where it was raised.
    hostname: '',
    maxThreads: config.number('falco_libs.thread_table_size'),
    utcOffsetS: -environment.now().getTimezoneOffset() * 60,
    ...containerSettings(config).identity,
  };
  let figures: RunFigures;
  try {
    figures = await readEvents(source, run, system, log);
  } finally {
    await beforeClose();
    await hub.close(closeGraceMs);
  }
  return { ...figures, counts, dropped: hub.dropped };
}

function readEvents(
  source: LocalSource,
  run: DetectionRun,
  system: SystemOptions,
  log: Log,
): Promise<RunFigures> {
  switch (source.kind) {
    case 'webhook':
      return receiveAudit(source.endpoint, run, system, log);
    case 'none':
      return receiveNothing(run);
    case 'replay':
      return captureKind(source.capture) === 'audit'
        ? replayAuditRecords(source.capture, run, system, log)
        : replaySyscalls(source.capture, run, system);
  }
}

async function replayAuditRecords(
  path: string,
  run: DetectionRun,
  system: SystemOptions,
  log: Log,
): Promise<RunFigures> {
  const event = new EventView(new StateTables(system), latin1);
  const take = pipeline(event, null, run);
  let firstEventMs: number | null = null;
  const { events, skipped, complete } = await replayAudit(path, {
    event,
    onEvent() {
      firstEventMs ??= performance.now();
      take();
      run.events = event.num;
    },
    onProblem(problem) {
      log.warn('audit record skipped', { reason: problem.message, ...problem.details });
    },
    onPause: run.pause,
    signal: run.signal,
  });
  if (skipped > 0) {
    log.warn('audit records were skipped', { skipped });
  }
  return { events, complete, firstEventMs };
}
