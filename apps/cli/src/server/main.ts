import { join } from 'node:path';
import { openSqliteStore, type Store } from '@lanner/hub';
import type { CommandEnvironment, CommandInput } from '../command.ts';
import { openServer, type RunningServer } from './open-server.ts';
import { readServerSettings, type ServerSettings } from './settings.ts';
import { startSummary } from './summary.ts';

/** What `lanner server` does; apart from the command, so that other commands start without it. */
export async function runServer(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const settings = readServerSettings(values, environment.env, environment.log);
  const server = await startServer(settings, environment, () => []);
  const summary = startSummary(server, environment);
  await stopped(environment.signal);
  await summary.close();
  environment.log.info('server ends');
  await server.close();
  return 0;
}

/** Opens the store, starts the server and says where it is. */
export async function startServer(
  settings: ServerSettings,
  environment: CommandEnvironment,
  notes: () => readonly string[],
): Promise<RunningServer> {
  const { log, now, uuid, version, outTaken } = environment;
  const store: Store = await openSqliteStore({
    folder: join(settings.dataFolder, 'store'),
    retention: { maxAgeMs: settings.keepMs, maxBytes: settings.keepBytes },
    now: () => now().getTime(),
    log,
  });
  const server = await openServer(store, settings, {
    log,
    now: () => now().getTime(),
    uuid,
    version,
    writeStdout: outTaken,
    notes,
  });
  const scheme = settings.api.tls === null ? 'http' : 'https';
  log.info('server is up and listening', {
    api: `${scheme}://${settings.api.address}:${server.apiPort}`,
    intake: `${settings.intake.tls === null ? 'http' : 'https'}://${settings.intake.address}:${server.intakePort}`,
    data: settings.dataFolder,
    destinations: server.destinations.active.map(({ name }) => name),
  });
  if (server.tokenFile !== null) {
    log.info("the administrator's token was written to a file that only you can read", {
      file: server.tokenFile,
    });
  }
  return server;
}

export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
