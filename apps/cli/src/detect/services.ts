import { rmSync, writeFileSync } from 'node:fs';
import { AppError, type Log } from '@lanner/core';
import type { MetricFamily } from '@lanner/hub';
import type { CommandEnvironment } from '../command.ts';
import type { Detection } from './detection.ts';
import type { EventSource } from './event-source.ts';
import { measurer, nowNs, readProc } from './measure.ts';
import type { Reloader } from './reload.ts';
import { startSnapshots } from './snapshots.ts';
import { type PathWatcher, watchPaths } from './watch.ts';
import { startWeb } from './web.ts';

export interface ServicesContext {
  readonly detection: Detection;
  readonly reloader: Reloader;
  readonly source: EventSource;
  readonly environment: CommandEnvironment;
  readonly pidFile: string | null;
  /** Metrics beside those of the detection. */
  readonly families: () => readonly MetricFamily[];
  /** Given what reloads the rules and rejects when they are refused. */
  readonly onReloads: (reload: () => Promise<void>) => void;
  readonly log: Log;
}

/** What runs beside the events: web server, snapshots, reloads, signals, the pid file. */
export interface Services {
  readonly close: () => Promise<void>;
}

export async function startServices(context: ServicesContext): Promise<Services> {
  const { detection, reloader, source, environment, log } = context;
  const { config, json } = reloader.settings;
  let reloadTs = nowNs(environment);
  const measure = measurer({
    detection,
    settings: () => reloader.settings,
    ruleFiles: () => reloader.ruleFiles,
    reloadTs: () => reloadTs,
    environment,
    source,
    proc: readProc,
  });
  const closers: (() => unknown)[] = [];
  const services = { close: () => closeAll(closers) };
  try {
    const web = await startWeb({
      config,
      version: environment.version,
      measure,
      families: () => [...detection.families(), ...context.families()],
      log,
      isReplay: source.kind === 'replay',
    });
    closers.push(() => web?.close());
    closers.push(
      startSnapshots({
        config: () => reloader.settings.config,
        source: source.name,
        measure,
        hub: detection.hub,
        json,
        utcOffsetS: -environment.now().getTimezoneOffset() * 60,
        log,
      }),
    );
    closers.push(
      startReloads(context, () => {
        reloadTs = nowNs(environment);
      }),
    );
    closers.push(reopenOnSignal(context));
    closers.push(writePidFile(context.pidFile));
    return services;
  } catch (error) {
    await services.close();
    throw error;
  }
}

async function closeAll(closers: (() => unknown)[]): Promise<void> {
  for (const close of closers.reverse()) {
    await close();
  }
}

/** Reloads on SIGHUP, and when a watched file changes. */
function startReloads(
  { reloader, onReloads, log }: ServicesContext,
  onReload: () => void,
): () => Promise<void> {
  const isWatching = reloader.settings.config.flag('watch_config_files');
  let isClosed = false;
  // One after the other: each is compared with the one before.
  let last = Promise.resolve();
  const done = (): void => {
    onReload();
    if (!isClosed) {
      watcher?.retarget(reloader.targets);
    }
  };
  const reload = (trigger: string, force: boolean): void => {
    last = last.then(async () => {
      if (await reloader.reload(trigger, force)) {
        done();
      }
    });
  };
  function onFileChange(): void {
    reload('file', false);
  }
  const onHangup = (): void => {
    reload('SIGHUP', true);
  };
  const watcher: PathWatcher | null = isWatching ? watchPaths(reloader.targets, onFileChange, log) : null;
  process.on('SIGHUP', onHangup);
  onReloads(() => {
    const asked = last.then(async () => {
      await reloader.exchange();
      done();
    });
    last = asked.catch((error: unknown) => {
      // Whoever asked hears of it.
      if (!(error instanceof AppError)) {
        throw error;
      }
    });
    return asked;
  });
  return async () => {
    isClosed = true;
    process.off('SIGHUP', onHangup);
    watcher?.close();
    await last;
  };
}

function reopenOnSignal({ detection, log }: ServicesContext): () => void {
  const onSignal = (): void => {
    detection.hub.reopen().then(
      () => {
        log.info('outputs reopened');
      },
      (error: unknown) => {
        log.error('outputs cannot be reopened', {
          reason: error instanceof Error ? error.message : String(error),
        });
      },
    );
  };
  process.on('SIGUSR1', onSignal);
  return () => process.off('SIGUSR1', onSignal);
}

function writePidFile(path: string | null): () => void {
  if (path === null) {
    return () => undefined;
  }
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (error) {
    throw new AppError('file.write', `the pid file ${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check the path given with -P.',
    });
  }
  return () => {
    rmSync(path, { force: true });
  };
}
