import { type Log, silentLog } from '@lanner/core';
import { fromByteString, type RuleSet } from '@lanner/engine';
import { writeFileSync } from 'node:fs';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';
import { checkConfig } from './checks.ts';
import type { Detection } from './detection.ts';
import type { EventSource } from './event-source.ts';
import type { DetectHost } from './host.ts';
import { readProc } from './measure.ts';
import { type Loaded, Reloader } from './reload.ts';
import { peakRssBytes } from './resources.ts';
import type { RuleSummary } from './rule-program.ts';
import { findConfiguredRules, reportLoading, ruleProgram } from './rules.ts';
import type { RunResult } from './run.ts';
import { type Services, startServices } from './services.ts';
import { type DetectSettings, readSettings } from './settings.ts';
import { summaryText } from './summary.ts';

/** What a detection is started with. */
export interface DetectContext {
  readonly values: OptionValues;
  readonly environment: CommandEnvironment;
  readonly settings: DetectSettings;
  readonly log: Log;
  readonly host: DetectHost;
}

/** Finds the rule files. */
export function loadedFrom(
  settings: DetectSettings,
  values: OptionValues,
  environment: CommandEnvironment,
  host: Pick<DetectHost, 'inside' | 'furtherRules'>,
): Loaded {
  const configured = findConfiguredRules(settings);
  const found = { ...configured, files: [...configured.files, ...(host.furtherRules?.() ?? [])] };
  return {
    settings,
    found,
    program: ruleProgram(found.files, settings, textOption(values, 'print'), environment, host.inside),
  };
}

/** Says what the rule files had to say; throws AppError 'rules.invalid' when one was not accepted. */
export function reportRules(
  set: Pick<RuleSet, 'results'>,
  enabled: number,
  { found }: Loaded,
  log: Log,
): void {
  reportLoading(set, found, log);
  if (enabled === 0) {
    log.warn('no rule is enabled', { files: found.files.length });
  }
}

/** Starts what runs beside the events. */
export async function startBeside(
  detection: Detection,
  source: EventSource,
  loaded: Loaded,
  { values, environment, host, log }: DetectContext,
): Promise<Services> {
  const load = (): Loaded => {
    const anew = readSettings(values, environment.env, silentLog);
    checkConfig(anew.config);
    return loadedFrom(anew, values, environment, host);
  };
  const reloader = new Reloader(loaded, { detection, load, log });
  const pidFile = textOption(values, 'pidfile') ?? null;
  const families = host.families ?? (() => []);
  const onReloads = host.onReloads ?? (() => undefined);
  return startServices({ detection, reloader, source, environment, pidFile, families, onReloads, log }).catch(
    async (error: unknown) => {
      await detection.hub.close(0);
      throw error;
    },
  );
}

/** Says at the end what was found. */
export function finish(
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
