import { AppError, type Log } from '@lanner/core';
import { reportFormatOf } from '@lanner/scanner';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import {
  choiceOption,
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { updateAdvisories } from './database.ts';
import { flags } from './flags.ts';
import { inspect } from './inspect.ts';
import { loadSettings, logFor } from './load-settings.ts';
import { type ScanKind, scanKind, type ScanSettings, scannersOf } from './options.ts';
import { type ProgressForm, scanProgress } from './progress.ts';
import { makeReport, writeOut } from './report.ts';
import type { ScanContext } from './scan-context.ts';
import { scanFolder } from './temporary.ts';

const defaultMemoryMiB = 512;

/** `lanner scan KIND TARGET`. Gives the exit code; throws AppError for what cannot be scanned. */
export async function scan(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const log = logFor(environment, input.values);
  const settings = loadSettings(environment, input.values, log);
  if (settings.isOn('version')) {
    environment.out(`lanner ${environment.version}\n`);
    return 0;
  }
  if (settings.isOn('generate-default-config')) {
    return writeDefaults(log);
  }
  const kind = scanKind(input.positionals[0]);
  const target = targetOf(kind, input.positionals.slice(1), settings);
  const format = reportFormatOf(settings.text('format') ?? 'table');
  const folder = scanFolder(environment.env, environment.now());
  const progress = scanProgress(progressForm(environment, input.values, settings), environment.err, () =>
    performance.now(),
  );
  const context: ScanContext = {
    environment,
    settings,
    kind,
    target,
    scanners: scannersOf(kind, settings, format.isSbom),
    listsPackages: format.isSbom || listsPackages(settings, format.id),
    log,
    progress,
    folder: folder.path,
    cacheFolder: settings.text('cache.dir') ?? cacheDirOf({}, environment.env),
    memoryLimitMiB: memoryLimit(input.values),
    signal: timeLimit(environment.signal, settings.number('timeout')),
  };
  try {
    // The download goes on while layers are read.
    const [inspected] = await Promise.all([inspect(context), updateAdvisories(context)]);
    const report = await makeReport(inspected, context);
    if (flagOption(input.values, 'store')) {
      // Loaded when it is asked for: a scan of known layers should take no longer for it.
      (await import('./store.ts')).storeInventory(inspected, context);
    }
    progress.end();
    return await writeOut(report, format, context);
  } finally {
    progress.end();
    folder.remove();
  }
}

function targetOf(kind: ScanKind, targets: readonly string[], settings: ScanSettings): string {
  const [target, ...others] = targets;
  const hasInput = kind === 'image' && settings.text('image.input') !== undefined;
  if (target === undefined && !hasInput) {
    throw new AppError('usage.invalid', `scan ${kind} needs what to scan`, {
      hint: `Usage: lanner scan ${kind} ${kind === 'image' ? 'NAME, or --input FILE' : 'PATH'}`,
    });
  }
  if (others.length > 0 || (target !== undefined && hasInput)) {
    throw new AppError('usage.invalid', 'one thing is scanned at a time', {
      hint: `Leave out: ${(hasInput ? targets : others).join(' ')}`,
    });
  }
  return target ?? '';
}

/** Packages are in JSON, counted in the table, and tell SARIF their lines, unless told otherwise; others show them when asked. */
function listsPackages(settings: ScanSettings, format: string): boolean {
  return settings.isGiven('list-all-pkgs')
    ? settings.isOn('list-all-pkgs')
    : ['json', 'table', 'sarif', 'github', 'cosign-vuln'].includes(format);
}

function progressForm(
  environment: CommandEnvironment,
  values: OptionValues,
  settings: ScanSettings,
): ProgressForm {
  const asked = choiceOption(values, 'progress', ['auto', 'none', 'json']) ?? 'auto';
  if (asked !== 'auto') {
    return asked;
  }
  const isQuiet = settings.isOn('quiet') || settings.isOn('db.no-progress');
  return !environment.errIsTerminal || isQuiet ? 'none' : 'line';
}

function memoryLimit(values: OptionValues): number {
  const text = textOption(values, 'memory-limit');
  const limit = text === undefined ? defaultMemoryMiB : Number(text);
  if (!Number.isFinite(limit) || limit < 64) {
    throw new AppError('usage.invalid', `--memory-limit cannot be '${text ?? ''}'`, {
      hint: 'Use a number of MiB from 64 on.',
    });
  }
  return limit;
}

function timeLimit(signal: AbortSignal, timeoutMs: number | undefined): AbortSignal {
  if (timeoutMs === undefined || timeoutMs <= 0) {
    return signal;
  }
  const controller = new AbortController();
  const timer = setTimeout(
    () =>
      controller.abort(
        new AppError('output.timeout', `the scan took longer than ${timeoutMs / 1000} s`, {
          hint: 'Allow more with --timeout.',
        }),
      ),
    timeoutMs,
  );
  timer.unref();
  return AbortSignal.any([signal, controller.signal]);
}

const defaultConfigPath = 'trivy-default.yaml';

function writeDefaults(log: Log): number {
  const tree: Record<string, unknown> = {};
  for (const { key, default: value, class: kind } of flags) {
    if (kind === 'honoured' && value !== undefined) {
      setAt(tree, key.split('.'), value);
    }
  }
  try {
    writeFileSync(defaultConfigPath, stringify(tree), { flag: 'wx' });
  } catch (error) {
    throw new AppError('file.write', `${defaultConfigPath} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  log.info('the defaults were written', { path: defaultConfigPath });
  return 0;
}

function setAt(
  tree: Record<string, unknown>,
  [first = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const inner = (tree[first] ?? {}) as Record<string, unknown>;
  tree[first] = inner;
  setAt(inner, rest, value);
}
