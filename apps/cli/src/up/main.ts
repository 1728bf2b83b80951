import { AppError } from '@lanner/core';
import {
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { falcoLog } from '../detect/falco-log.ts';
import { pause } from '../lib/pause.ts';
import { terminalView } from '../lib/terminal-view.ts';
import { tellAddresses } from '../server/addresses.ts';
import { startServer, stopped } from '../server/main.ts';
import type { RunningServer } from '../server/open-server.ts';
import { readServerSettings } from '../server/settings.ts';
import type { SummaryParts } from '../server/summary-lines.ts';
import { startSummary } from '../server/summary.ts';
import { serverOutput } from './alert-output.ts';
import { localImages } from './local-images.ts';
import { scanInChild } from './scan-child.ts';
import { LocalScanner } from './scanner.ts';
import { asksForJson, LocalSensor } from './sensor.ts';

const hourMs = 3_600_000;

/** `lanner up`: server, sensor and scanner of one machine. */
export async function up(outer: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const view = terminalView(outer);
  const environment = view?.environment ?? withJsonLog(outer, values);
  const { log, env, signal } = environment;
  const settings = readServerSettings({ ...values, config: textOption(values, 'sidekick-config') }, env, log);
  const sensor = flagOption(values, 'no-sensor') ? null : new LocalSensor(values);
  let scanner: LocalScanner | null = null;
  const notes = (): string[] => {
    const { problem = null } = sensor?.state ?? {};
    return [...(problem === null ? [] : [problem]), ...(scanner?.state.notes ?? [])];
  };
  const server = await startServer(settings, environment, notes);
  try {
    tellAddresses(server, settings, environment, view);
    if (!flagOption(values, 'no-scan')) {
      scanner = localScanner(server, values, environment);
      scanner.start();
    }
    const parts = (): SummaryParts => ({
      sensor: sensor?.state ?? null,
      scanning: scanner?.state.scanning ?? null,
      notes: notes(),
    });
    const summary = view === null ? null : startSummary(server, view, parts, environment);
    await sensor?.run(environment, {
      outputs: { server: serverOutput(server.intake, log) },
      inside: true,
      log,
    });
    await stopped(signal);
    await summary?.close();
    return 0;
  } finally {
    view?.close();
    await scanner?.close();
    await server.close();
  }
}

/** A configuration that asks for JSON gets log lines as JSON, too: `2>&1 | jq` goes on working. */
function withJsonLog(environment: CommandEnvironment, values: OptionValues): CommandEnvironment {
  const { err: write, now, hostname } = environment;
  return asksForJson(values, environment)
    ? { ...environment, log: falcoLog({ json: true, level: 'info', write, now, hostname: hostname() }) }
    : environment;
}

function localScanner(
  server: RunningServer,
  values: OptionValues,
  environment: CommandEnvironment,
): LocalScanner {
  const hours = Number(textOption(values, 'scan-hours') ?? '24');
  if (!Number.isFinite(hours) || hours <= 0) {
    throw new AppError(
      'usage.invalid',
      `--scan-hours ${textOption(values, 'scan-hours') ?? ''} is no number of hours`,
    );
  }
  return new LocalScanner({
    findings: server.store.findings,
    root: textOption(values, 'scan-root') ?? '/',
    // Images belong to the machine, not to a folder that stands for it.
    images: () => Promise.resolve(textOption(values, 'scan-root') === undefined ? localImages() : []),
    scan: scanInChild,
    program: environment.program,
    sees: process.geteuid?.() === 0 ? 'everything' : 'part',
    cacheFolder: cacheDirOf({}, environment.env),
    hostname: environment.hostname(),
    everyMs: hours * hourMs,
    pause,
    now: () => environment.now().getTime(),
    log: environment.log,
  });
}
