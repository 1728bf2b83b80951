import { AppError } from '@lanner/core';
import { writeFileSync } from 'node:fs';
import {
  type CommandEnvironment,
  type CommandInput,
  defineCommand,
  flagOption,
  textOption,
} from '../command.ts';
import { falcoLog } from '../detect/falco-log.ts';
import { runInfo } from '../detect/info.ts';
import { loadConfiguredRules, reportLoading } from '../detect/rules.ts';
import { prepareDetection, replay, type RunResult } from '../detect/run.ts';
import { type DetectSettings, readSettings } from '../detect/settings.ts';
import { summaryText } from '../detect/summary.ts';
import { detectOptions } from '../detect/options.ts';

export const command = defineCommand({
  id: 'detect',
  summary: 'Find what rules describe in captures and audit records; takes the command line of falco.',
  usage: '[--capture FILE] [-r FILE…] [-c FILE] [-o KEY=VALUE…] [--json]',
  description:
    'Alerts go to the outputs that the configuration enables, standard output without one. Without rules of your\nown, those that come with Lanner are used.',
  options: detectOptions,
  examples: [
    { command: 'lanner detect --capture attack.scap', doc: 'Replay a capture against the default rules.' },
    {
      command: 'lanner detect --capture attack.scap -r my_rules.yaml --json | jq .rule',
      doc: 'Your rules, Falco’s JSON.',
    },
    {
      command: 'lanner detect -c /etc/falco/falco.yaml --dry-run',
      doc: 'Check configuration and rules without looking at events.',
    },
    { command: 'lanner detect -V my_rules.yaml', doc: 'Say what is wrong with a rule file.' },
    { command: 'lanner detect --list=syscall --format markdown', doc: 'All fields that conditions can use.' },
  ],
  positionals: 'none',
  run,
});

async function run(environment: CommandEnvironment, { values, positionals }: CommandInput): Promise<number> {
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
  readonly log: ReturnType<typeof falcoLog>;
  readonly statsFile: string | undefined;
}

function finish(
  result: RunResult,
  rules: Parameters<typeof summaryText>[1],
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
