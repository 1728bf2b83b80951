import { AppError, type Log } from '@lanner/core';
import type { LoadedRule } from '@lanner/engine';
import { writeFileSync } from 'node:fs';
import { type CommandEnvironment, type CommandInput, flagOption, textOption } from '../command.ts';
import { falcoLog } from './falco-log.ts';
import { runInfo } from './info.ts';
import { loadConfiguredRules, reportLoading } from './rules.ts';
import { prepareDetection, replay, type RunResult } from './run.ts';
import { type DetectSettings, readSettings } from './settings.ts';
import { summaryText } from './summary.ts';

/** What `lanner detect` does; apart from the command, so that other commands start without it. */
export async function detect(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  if (positionals[0] !== undefined) {
    throw new AppError('usage.invalid', `detect does not know what to do with '${positionals[0]}'`, {
      hint: 'Captures are given with --capture FILE, rules with -r FILE.',
    });
  }
  const settings = readSettings(values, environment.env, environment.log);
  const log = falcoLog({
    json: settings.json,
    level: flagOption(values, 'v') ? 'debug' : settings.config.text('log_level'),
    write: environment.err,
    now: environment.now,
    hostname: environment.hostname(),
  });
  const printed = runInfo({ values, environment, settings, log });
  if (printed !== null) {
    return printed;
  }
  const rules = loadConfiguredRules(settings, textOption(values, 'print'));
  reportLoading(rules, log);
  if (rules.set.enabled.length === 0) {
    log.warn('no rule is enabled', { files: rules.found.files.length });
  }
  if (flagOption(values, 'dry-run')) {
    log.info('configuration and rules are valid; not looking at events (--dry-run)', {
      rules: rules.set.enabled.length,
    });
    return 0;
  }
  const capture = requireCapture(settings);
  const detection = await prepareDetection(rules.set, settings, environment, log);
  log.info('driver', { driver: 'replay', state: 'reading', capture, rules: rules.set.enabled.length });
  const result = await replay(detection, capture, settings, environment, log);
  finish(result, detection.rules.rules, {
    settings,
    environment,
    log,
    statsFile: textOption(values, 'stats'),
  });
  return 0;
}

function requireCapture({ capture, config }: DetectSettings): string {
  if (capture === null) {
    throw new AppError(
      'usage.invalid',
      `live capture (engine.kind: ${config.text('engine.kind')}) is not part of this version`,
      { hint: 'Name a recorded capture or an audit log: lanner detect --capture FILE.' },
    );
  }
  return capture;
}

interface FinishContext {
  readonly settings: DetectSettings;
  readonly environment: CommandEnvironment;
  readonly log: Log;
  readonly statsFile: string | undefined;
}

function finish(
  result: RunResult,
  rules: readonly LoadedRule[],
  { settings, environment, log, statsFile }: FinishContext,
): void {
  const { counts, events, complete, dropped, firstEventMs } = result;
  if (settings.json) {
    // Standard output is JSON lines from first to last.
    const byRule = Object.fromEntries(counts.entries().map(({ rule, count }) => [rule.name, count]));
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
    const maxRssMb = process.resourceUsage().maxRSS / 1024;
    writeFileSync(statsFile, `${JSON.stringify({ events, alerts: counts.total, firstEventMs, maxRssMb })}\n`);
  }
}
