import type { ScanProgress } from '@lanner/api';
import { type CommandEnvironment, type CommandInput, flagOption, textOption } from '../command.ts';
import { stopped } from '../lib/stopped.ts';
import { orEarly } from '../lib/unless-aborted.ts';
import { terminalView } from '../lib/terminal-view.ts';
import { noRunner } from '../rule-desk/open-desk.ts';
import { tellAddresses } from '../server/addresses.ts';
import { startServer } from '../server/main.ts';
import { readServerSettings } from '../server/settings.ts';
import type { SummaryParts } from '../server/summary-lines.ts';
import { startSummary, type Summary } from '../server/summary.ts';
import { pause } from '../lib/pause.ts';
import { serverOutput } from './alert-output.ts';
import { expectRules } from './expect-rules.ts';
import { withJsonLog } from './json-log.ts';
import { localScanner } from './local-scanner.ts';
import type { LocalScanner } from './scanner.ts';
import { configuredRules, LocalSensor } from './sensor.ts';

/** `lanner up`: server, sensor and scanner of one machine. */
export function up(outer: CommandEnvironment, input: CommandInput): Promise<number> {
  return orEarly(outer.signal, 0, () => run(outer, input));
}

async function run(outer: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const view = terminalView(outer);
  const environment = view?.environment ?? withJsonLog(outer, values);
  const { log, env, signal } = environment;
  const settings = readServerSettings({ ...values, config: textOption(values, 'sidekick-config') }, env, log);
  const sensor = flagOption(values, 'no-sensor') ? null : new LocalSensor(values);
  const ruleRunner = sensor?.runner(environment) ?? {
    ...noRunner,
    configured: () => configuredRules(values, environment),
  };
  let scanner: LocalScanner | null = null;
  const notes = (): string[] => [...(sensor?.notes ?? []), ...(scanner?.state.notes ?? [])];
  const scan = (): ScanProgress | null => scanner?.state.scanning ?? null;
  const server = await startServer(settings, environment, { notes, scan }, ruleRunner);
  let summary: Summary | null = null;
  try {
    tellAddresses(server, settings, environment, view);
    if (!flagOption(values, 'no-scan')) {
      scanner = localScanner(server.store.findings, values, environment);
      scanner.start();
    }
    const parts = (): SummaryParts => ({
      sensor: sensor?.state ?? null,
      scanning: scan(),
      notes: notes(),
    });
    summary = view === null ? null : startSummary(server, view, parts, environment);
    await sensor?.run(environment, {
      outputs: { server: serverOutput(server.intake, pause) },
      inside: true,
      furtherRules: () => server.rules?.files ?? [],
      onRules: (rules) => {
        expectRules(rules, server.metrics, environment.hostname());
      },
      log,
    });
    await stopped(signal);
    return 0;
  } finally {
    // It asks the store, and is over before that is closed.
    await summary?.close();
    view?.close();
    await scanner?.close();
    await server.close();
  }
}
