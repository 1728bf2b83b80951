import { AppError, type Log } from '@lanner/core';
import {
  type AlertSettings,
  compileRuleset,
  createFieldLookup,
  type EventView,
  EventView as View,
  type LoadedRule,
  type RuleMatching,
  type RuleSet,
} from '@lanner/engine';
import { nodeEffects, type OutputHub } from '@lanner/hub';
import { latin1, replayAudit, StateTables } from '@lanner/sensor';
import type { CommandEnvironment } from '../command.ts';
import { AlertPrinter } from './alert-printer.ts';
import { captureKind } from './capture-kind.ts';
import { openOutputs } from './outputs.ts';
import type { EventSource } from './event-source.ts';
import { receiveAudit, receiveNothing } from './live.ts';
import { type DetectionRun, replaySyscalls, type RunFigures, type SystemOptions } from './replay.ts';
import type { DetectSettings } from './settings.ts';
import { fieldClassesWith } from './static-fields.ts';
import { RuleCounts } from './summary.ts';

/** Time that a stuck output is given at the end of a run. */
const closeGraceMs = 5000;

export interface RunResult extends RunFigures {
  readonly counts: RuleCounts;
  /** Alerts that outputs did not take. */
  readonly dropped: number;
}

/** Everything of a running detection that a reload, the metrics and the web server look at. */
export interface Detection {
  readonly run: DetectionRun;
  readonly counts: RuleCounts;
  readonly hub: OutputHub;
  /** Exchanged with the rules. */
  printer: AlertPrinter;
  rules: RuleSet;
}

/** Opens the outputs and prepares the rules. */
export async function prepareDetection(
  rules: RuleSet,
  settings: DetectSettings,
  environment: CommandEnvironment,
  log: Log,
): Promise<Detection> {
  const { config } = settings;
  const hub = await openOutputs(config, nodeEffects(log, environment.outTaken), log);
  const counts = new RuleCounts();
  const run: DetectionRun = {
    ruleset: compileRuleset(rules.enabled, matchingOf(settings)),
    signal: environment.signal,
    state: null,
    events: 0,
    onAlert(rule: LoadedRule, event: EventView) {
      counts.add(rule);
      hub.send(detection.printer.message(rule, event));
    },
    // A replay waits for its outputs instead of dropping.
    pause: () => (hub.wantsPause ? hub.room() : undefined),
  };
  const printer = alertPrinter(settings, settings.json, environment);
  const detection: Detection = { run, counts, hub, printer, rules };
  return detection;
}

/** A printer of alerts by these settings; `json` apart, as outputs are opened for either text or JSON. */
export function alertPrinter(
  settings: DetectSettings,
  json: boolean,
  environment: CommandEnvironment,
): AlertPrinter {
  const { config } = settings;
  return new AlertPrinter({
    fields: createFieldLookup(fieldClassesWith(config.staticFields)),
    settings: alertSettings(settings, environment),
    json,
    buffers: config.flag('buffer_format_base64') ? 'base64' : 'dots',
  });
}

export function matchingOf({ config }: DetectSettings): RuleMatching {
  const matching = config.text('rule_matching');
  if (matching !== 'first' && matching !== 'all') {
    throw new AppError('config.invalid', `rule_matching: '${matching}' is none of first, all`, {
      hint: 'first stops at the first rule that matches an event, all goes on.',
    });
  }
  return matching;
}

/**
 * Reads the events of the source and closes the outputs, also when that fails; `beforeClose` ends what may still
 * write to them.
 */
export async function runDetection(
  detection: Detection,
  source: EventSource,
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
  source: EventSource,
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
  const event = new View(new StateTables(system), latin1);
  let firstEventMs: number | null = null;
  const report = (rule: LoadedRule): void => {
    run.onAlert(rule, event);
  };
  const { events, skipped, complete } = await replayAudit(path, {
    event,
    onEvent() {
      firstEventMs ??= performance.now();
      event.num = ++run.events;
      run.ruleset.match(event, report);
    },
    onProblem(problem) {
      log.warn('audit record skipped', { reason: problem.message, ...problem.details });
    },
    afterChunk: run.pause,
    signal: run.signal,
  });
  if (skipped > 0) {
    log.warn('audit records were skipped', { skipped });
  }
  return { events, complete, firstEventMs };
}

function alertSettings({ config }: DetectSettings, environment: CommandEnvironment): AlertSettings {
  return {
    hostname: environment.hostname(),
    isoTime: config.flag('time_format_iso_8601'),
    includeOutput: config.flag('json_include_output_property'),
    includeMessage: config.flag('json_include_message_property'),
    includeFields: config.flag('json_include_output_fields_property'),
    includeTags: config.flag('json_include_tags_property'),
  };
}
