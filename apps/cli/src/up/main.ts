import { AppError } from '@lanner/core';
import {
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  listOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { detect } from '../detect/main.ts';
import { startServer, stopped } from '../server/main.ts';
import type { RunningServer } from '../server/open-server.ts';
import { readServerSettings } from '../server/settings.ts';
import { startSummary } from '../server/summary.ts';
import { serverOutput } from './alert-output.ts';
import { localImages } from './local-images.ts';
import { scanInChild } from './scan-child.ts';
import { LocalScanner } from './scanner.ts';

const hourMs = 3_600_000;

/** `lanner up`: server, sensor and scanner of one machine. */
export async function up(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const { log, env } = environment;
  const sidekickConfig = textOption(values, 'sidekick-config');
  const settings = readServerSettings({ ...values, config: sidekickConfig }, env, log);
  const problems = new Map<string, string>();
  let scanner: LocalScanner | null = null;
  const server = await startServer(settings, environment, () => [
    ...problems.values(),
    ...(scanner?.state.notes ?? []),
  ]);
  try {
    if (!flagOption(values, 'no-scan')) {
      scanner = localScanner(server, values, environment);
      scanner.start();
    }
    const summary = startSummary(server, environment);
    await watch(server, values, environment, problems);
    await summary.close();
    return 0;
  } finally {
    await scanner?.close();
    await server.close();
  }
}

/** Runs the sensor until the end; without one the server goes on, and says what is missing. */
async function watch(
  { intake }: RunningServer,
  values: OptionValues,
  environment: CommandEnvironment,
  problems: Map<string, string>,
): Promise<void> {
  const { log, signal } = environment;
  if (!flagOption(values, 'no-sensor')) {
    try {
      await detect(
        environment,
        { values: detectValues(values), positionals: [] },
        { server: serverOutput(intake, log) },
      );
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('sensor.')) {
        throw error;
      }
      log.error('this machine is not watched', {
        reason: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
      problems.set(
        'sensor',
        `This machine is not watched: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`,
      );
    }
  }
  await stopped(signal);
}

/** The server reads alerts as JSON; everything else is as `detect` has it. */
function detectValues(values: OptionValues): OptionValues {
  const names = ['rules', 'c', 'lenient', 'scope'];
  const taken = Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  return { ...taken, option: [...listOption(values, 'option'), 'json_output=true'] };
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
    cacheFolder: cacheDirOf({}, environment.env),
    hostname: environment.hostname(),
    everyMs: hours * hourMs,
    now: () => environment.now().getTime(),
    log: environment.log,
  });
}
