import { AppError, type Log } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import type { AnalysisProcess } from '@lanner/scanner';
import { existsSync } from 'node:fs';
import { type CommandEnvironment, type CommandInput, type OptionValues, textOption } from '../command.ts';
import { cacheDirOf } from '../db/cache-dir.ts';
import { defaultMemoryMiB, readsOf, startProcess, takeAhead } from './ahead.ts';
import { layerCachePath } from './layer-cache-path.ts';
import { loadSettings, logFor } from './load-settings.ts';
import { type ScanKind, scanKind, type ScanSettings } from './options.ts';
import { scanFolder } from './temporary.ts';

/** `lanner scan KIND TARGET`. Gives the exit code; throws AppError for what cannot be scanned. */
export async function scan(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const log = logFor(environment, input.values);
  const settings = await loadSettings(environment, input.values, log);
  if (settings.isOn('version')) {
    environment.out(`lanner ${environment.version}\n`);
    return 0;
  }
  if (settings.isOn('generate-default-config')) {
    (await import('./default-config.ts')).writeDefaults(log);
    return 0;
  }
  const kind = scanKind(input.positionals[0]);
  const target = targetOf(kind, input.positionals.slice(1), settings);
  const memoryLimitMiB = memoryLimit(input.values);
  const cacheFolder = settings.text('cache.dir') ?? cacheDirOf({}, environment.env);
  tellUnusableFolder(cacheFolder, log);
  const signal = timeLimit(environment.signal, settings.number('timeout'));
  const ahead = takeAhead();
  const folder = ahead?.folder ?? scanFolder(environment.env, environment.now());
  let unused: AnalysisProcess | null = ahead?.process ?? null;
  const processes = unused === null ? [] : [unused];
  function newProcess(): AnalysisProcess {
    const started = startProcess({ reads: readsOf(kind), folder, memoryLimitMiB, env: environment.env });
    processes.push(started);
    return started;
  }
  function analysisProcess(): AnalysisProcess {
    const next = unused ?? newProcess();
    unused = null;
    return next;
  }
  try {
    if (needsAnalysis(kind, settings, cacheFolder)) {
      // It starts while the rest of this program is loaded.
      unused ??= newProcess();
    }
    const { perform } = await import('./perform.ts');
    return await perform({
      environment,
      values: input.values,
      settings,
      kind,
      target,
      log,
      folder: folder.path,
      cacheFolder,
      analysisProcess,
      signal,
    });
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    folder.remove();
  }
}

/** A scan goes on without: what it found is of use. */
function tellUnusableFolder(folder: string, log: Log): void {
  try {
    makeFolder(folder);
  } catch (error) {
    log.warn('the cache folder cannot be used: layers are not kept, and no advisories are fetched', {
      problem: (error as AppError).message,
      hint: 'Name another folder with --cache-dir.',
    });
  }
}

/** Whether something has to be read in any case: layers may all be known. */
function needsAnalysis(kind: ScanKind, settings: ScanSettings, cacheFolder: string): boolean {
  if (kind === 'image') {
    return settings.text('cache.backend') === 'memory' || !existsSync(layerCachePath(cacheFolder));
  }
  return kind !== 'sbom';
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
    // Longer timers end at once.
    Math.min(timeoutMs, 2 ** 31 - 1),
  );
  timer.unref();
  return AbortSignal.any([signal, controller.signal]);
}
