import { join } from 'node:path';
import type { Log } from '@lanner/core';
import { openSqliteStore, type Store } from '@lanner/hub';
import type { CommandEnvironment, CommandInput } from '../command.ts';
import { keepHeapsSmall } from '../lib/small-heaps.ts';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import { noRunner } from '../rule-desk/open-desk.ts';
import { orEarly } from '../lib/unless-aborted.ts';
import { stopped } from '../lib/stopped.ts';
import { terminalView } from '../lib/terminal-view.ts';
import { tellAddresses } from './addresses.ts';
import { openServer, type RunningServer, type ServerContext } from './open-server.ts';
import { readServerSettings, type ServerSettings } from './settings.ts';
import { startSummary } from './summary.ts';
import { WhileMending } from './while-mending.ts';

/** What `lanner server` does; apart from the command, so that other commands start without it. */
export function runServer(outer: CommandEnvironment, input: CommandInput): Promise<number> {
  return orEarly(outer.signal, 0, () => serve(outer, input));
}

async function serve(outer: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const view = terminalView(outer);
  const environment = view?.environment ?? outer;
  const settings = readServerSettings(values, environment.env, environment.log);
  const server = await startServer(settings, environment, { notes: () => [], scan: () => null });
  tellAddresses(server, settings, environment, view);
  const parts = { sensor: null, scanning: null, notes: [] };
  const summary = view === null ? null : startSummary(server, view, () => parts, environment);
  await stopped(environment.signal);
  await summary?.close();
  view?.close();
  environment.log.info('server ends');
  await server.close();
  return 0;
}

/** One that is damaged is mended first; meanwhile the ports answer so. */
async function openStore(
  settings: ServerSettings,
  now: () => number,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<Store> {
  const waiting: WhileMending[] = [];
  try {
    return await openSqliteStore({
      folder: join(settings.dataFolder, 'store'),
      retention: { maxAgeMs: settings.keepMs, maxBytes: settings.keepBytes },
      ...{ now, log, signal },
      onDamage: () => {
        waiting.push(new WhileMending(settings, log));
      },
    });
  } finally {
    await Promise.all(waiting.map((each) => each.close()));
  }
}

/** Opens the store and starts the server. Rejects with the signal's reason when that is aborted before it runs. */
export async function startServer(
  settings: ServerSettings,
  environment: CommandEnvironment,
  telling: Pick<ServerContext, 'notes' | 'scan'>,
  ruleRunner: RuleRunner = noRunner,
): Promise<RunningServer> {
  const { log, now, uuid, version, outTaken, signal } = environment;
  keepHeapsSmall();
  const store = await openStore(settings, () => now().getTime(), { log, signal });
  return openServer(store, settings, {
    log,
    now: () => now().getTime(),
    uuid,
    version,
    writeStdout: outTaken,
    ...telling,
    ruleRunner,
    signal,
  });
}
