import { AppError, type Log, silentLog } from '@lanner/core';
import { fromByteString, type RuleSet } from '@lanner/engine';
import { writeFileSync } from 'node:fs';
import {
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { checkConfig } from './checks.ts';
import type { Detection } from './detection.ts';
import { openDetectLog } from './detect-log.ts';
import { chooseSource, type EventSource, type LocalSource } from './event-source.ts';
import { heldLog, type HeldLog } from './held-log.ts';
import { runInfo } from './info.ts';
import { readProc } from './measure.ts';
import { budgetOf } from '../live/live-settings.ts';
import { abandonLive, liveScope, openLive, prepareLive, runLive } from './live.ts';
import { type Loaded, Reloader } from './reload.ts';
import type { FurtherOutputs } from './outputs.ts';
import { peakRssBytes } from './resources.ts';
import { loadProgram, type RuleSummary } from './rule-program.ts';
import { findConfiguredRules, reportLoading, ruleProgram } from './rules.ts';
import { limitTime, withoutPrintShorthand } from './run-options.ts';
import { prepareDetection, runDetection, type RunResult } from './run.ts';
import { type Services, startServices } from './services.ts';
import { type DetectSettings, readSettings } from './settings.ts';
import { summaryText } from './summary.ts';

/** What `lanner detect` does; apart from the command, so that other commands start without it. */
export async function detect(
  environment: CommandEnvironment,
  { values: given, positionals }: CommandInput,
  further: FurtherOutputs = {},
): Promise<number> {
  if (positionals[0] !== undefined) {
    throw new AppError('usage.invalid', `detect does not know what to do with '${positionals[0]}'`, {
      hint: 'Captures are given with --capture FILE, rules with -r FILE.',
    });
  }
  const { values, ignored } = withoutPrintShorthand(given);
  const held = heldLog();
  const settings = readOrTell(values, environment, held);
  const { log, close } = openDetectLog(settings, values, environment);
  held.release(log);
  if (ignored !== null) {
    log.warn('print option has no effect', { option: `-p${ignored}`, hint: 'Use append_output instead.' });
  }
  try {
    const printed = runInfo({ values, environment, settings, log });
    return printed ?? (await runRules({ values, environment, settings, log, further }));
  } finally {
    close();
  }
}

// Settings that are not accepted do not say where log lines go.
function readOrTell(values: OptionValues, environment: CommandEnvironment, held: HeldLog): DetectSettings {
  try {
    const settings = readSettings(values, environment.env, held);
    checkConfig(settings.config);
    return settings;
  } catch (error) {
    held.release(environment.log);
    throw error;
  }
}

interface DetectContext {
  readonly values: OptionValues;
  readonly environment: CommandEnvironment;
  readonly settings: DetectSettings;
  readonly log: Log;
  /** Where live alerts go besides the outputs of the configuration. */
  readonly further: FurtherOutputs;
}

async function runRules(context: DetectContext): Promise<number> {
  const { values, environment, settings, log } = context;
  const loaded = loadedFrom(settings, values, environment);
  const isDry = flagOption(values, 'dry-run');
  const source = isDry ? null : chooseSource(settings, values);
  if (source?.kind === 'live') {
    return runLiveRules(context, source, loaded);
  }
  const program = loadProgram(loaded.program);
  const enabled = program.set.enabled.length;
  reportRules(program.set, enabled, loaded, log);
  if (source === null) {
    log.info('configuration and rules are valid; not looking at events (--dry-run)', { rules: enabled });
    return 0;
  }
  const limited = limitTime(values, environment);
  const detection = await prepareDetection(program, settings, limited, log);
  log.info('driver', { ...driverOf(source), rules: enabled });
  const services = await startBeside(detection, source, loaded, context);
  // Services end before the outputs do: a last snapshot must not open them again.
  const result = await runDetection(detection, source, settings, limited, log, services.close);
  finish(result, detection.rules, context);
  return 0;
}

async function runLiveRules(context: DetectContext, source: EventSource, loaded: Loaded): Promise<number> {
  const { values, environment, settings, log, further } = context;
  const limited = limitTime(values, environment);
  const scope = liveScope(values, environment);
  const budget = budgetOf(values);
  const live = await prepareLive(settings, limited, log, further);
  const { detection } = live;
  try {
    const report = await detection.exchange(loaded.program);
    reportRules(report, report.enabled, loaded, log);
    await openLive(live, settings, scope, budget);
    log.info('driver', {
      driver: source.engine ?? '',
      state: 'running',
      scope: scope === null ? 'machine' : 'selected',
      rules: report.enabled,
    });
  } catch (error) {
    await abandonLive(live);
    throw error;
  }
  const services = await startBeside(detection, source, loaded, context);
  const result = await runLive(live, limited, services.close);
  finish(result, detection.rules, context);
  return 0;
}

function reportRules(set: Pick<RuleSet, 'results'>, enabled: number, { found }: Loaded, log: Log): void {
  reportLoading(set, found, log);
  if (enabled === 0) {
    log.warn('no rule is enabled', { files: found.files.length });
  }
}

/** Starts what runs beside the events. */
async function startBeside(
  detection: Detection,
  source: EventSource,
  loaded: Loaded,
  { values, environment, log }: DetectContext,
): Promise<Services> {
  const load = (): Loaded => {
    const anew = readSettings(values, environment.env, silentLog);
    checkConfig(anew.config);
    return loadedFrom(anew, values, environment);
  };
  const reloader = new Reloader(loaded, { detection, load, log });
  const pidFile = textOption(values, 'pidfile') ?? null;
  return startServices({ detection, reloader, source, environment, pidFile, log }).catch(
    async (error: unknown) => {
      await detection.hub.close(0);
      throw error;
    },
  );
}

function loadedFrom(settings: DetectSettings, values: OptionValues, environment: CommandEnvironment): Loaded {
  const found = findConfiguredRules(settings);
  return {
    settings,
    found,
    program: ruleProgram(found.files, settings, textOption(values, 'print'), environment),
  };
}

/** What `grep driver` in a log finds: which engine delivers events, and whether it does. */
function driverOf(source: LocalSource): Record<string, string> {
  switch (source.kind) {
    case 'replay':
      return { driver: 'replay', state: 'reading', capture: source.capture };
    case 'webhook':
      return { driver: 'nodriver', state: 'listening', source: source.name };
    case 'none':
      return { driver: 'nodriver', state: 'idle' };
  }
}

function finish(
  result: RunResult,
  rules: readonly RuleSummary[],
  { values, settings, environment, log }: DetectContext,
): void {
  const statsFile = textOption(values, 'stats');
  const { counts, events, complete, dropped, firstEventMs } = result;
  if (settings.json) {
    // Standard output is JSON lines from first to last.
    const byRule = Object.fromEntries(
      counts.entries().map(({ rule, count }) => [fromByteString(rule.name), count]),
    );
    log.info('events detected', { events, alerts: counts.total, rules: byRule });
  } else {
    environment.out(summaryText(counts, rules));
  }
  if (!complete) {
    log.info('replay was stopped before its end', { events });
  }
  if (dropped > 0) {
    log.error('alerts were lost: outputs did not take them', { dropped });
  }
  if (statsFile !== undefined) {
    const maxRssMb = peakRssBytes(readProc) / 2 ** 20;
    writeFileSync(statsFile, `${JSON.stringify({ events, alerts: counts.total, firstEventMs, maxRssMb })}\n`);
  }
}
