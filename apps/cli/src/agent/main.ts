import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentLink, Spool, writeIdentity } from '@lanner/agent';
import { AppError } from '@lanner/core';
import { makeFolder } from '@lanner/core/disk';
import { lockStore, type StoreLock } from '@lanner/hub';
import type { CommandEnvironment, CommandInput } from '../command.ts';
import { pause } from '../lib/pause.ts';
import { withJsonLog } from '../up/json-log.ts';
import { identification, type Identify } from './agent-identity.ts';
import { LocalAgent } from './local-agent.ts';
import { type AgentSettings, readAgentSettings } from './settings.ts';

/** How long an agent that ends goes on sending what waits. */
const graceMs = 3000;

/** `lanner agent`: sensor and scanner of one machine, and the way to its server. */
export async function runAgent(outer: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const settings = readAgentSettings(values, outer);
  const failure = new AbortController();
  const environment = {
    ...withJsonLog(outer, values),
    signal: AbortSignal.any([outer.signal, failure.signal]),
  };
  makeFolder(settings.dataFolder, { mode: 0o700, hint: 'Give another folder with --data.' });
  const lock = lockFolder(settings.dataFolder);
  try {
    const identify = identification(settings, {
      path: identityPath(settings),
      version: environment.version,
      now: () => environment.now().getTime(),
      log: environment.log,
      signal: environment.signal,
    });
    await enrolNow(identify);
    if (outer.signal.aborted) {
      return 0;
    }
    const spool = openSpool(settings, environment);
    const agent = new LocalAgent(spool, join(settings.dataFolder, 'server-rules.json'), values, environment);
    const link = openLink(agent, identify, settings, environment);
    const stop = new AbortController();
    const running = link.run(stop.signal);
    // Without a way to the server there is nothing to go on for; it is a bug that is shown at the end.
    running.catch(() => failure.abort());
    try {
      await agent.run(link);
      await drain(spool, link);
    } finally {
      stop.abort();
      await running.finally(() => spool.close());
    }
    return 0;
  } finally {
    lock.release();
  }
}

/** What only people can mend ends the start, before anything is watched; a server that is away is asked again. */
async function enrolNow(identify: Identify): Promise<void> {
  try {
    await identify();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'agent.unreachable') {
      throw error;
    }
  }
}

function openSpool(
  { dataFolder, spoolBytes, spoolMs }: AgentSettings,
  { now, log }: CommandEnvironment,
): Spool {
  return Spool.open({
    folder: join(dataFolder, 'spool'),
    maxBytes: spoolBytes,
    maxAgeMs: spoolMs,
    now: () => now().getTime(),
    log,
    newId: () => randomBytes(8).toString('hex'),
  });
}

function openLink(
  agent: LocalAgent,
  identify: Identify,
  settings: AgentSettings,
  { now, log }: CommandEnvironment,
): AgentLink {
  return new AgentLink({
    spool: agent.spool,
    identify,
    keep: (identity) => writeIdentity(identityPath(settings), identity),
    health: () => agent.health(),
    ...(agent.rules === null ? {} : { rules: agent.rules }),
    now: () => now().getTime(),
    random: Math.random,
    sleep: pause,
    log,
  });
}

/** Gives what waits a moment to be sent; the rest waits for the next start. */
async function drain(spool: Spool, link: AgentLink): Promise<void> {
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += 50) {
    if (spool.stats().waiting === 0 || link.stats().state !== 'connected') {
      return;
    }
    await sleep(50);
  }
}

function identityPath({ dataFolder }: AgentSettings): string {
  return join(dataFolder, 'identity.json');
}

/** Throws AppError 'store.locked'. */
function lockFolder(folder: string): StoreLock {
  try {
    return lockStore(join(folder, 'lock.db'));
  } catch (error) {
    throw error instanceof AppError && error.code === 'store.locked'
      ? new AppError('store.locked', `Another agent uses the folder ${folder}`, {
          cause: error,
          hint: 'Stop it, or give another folder with --data.',
        })
      : error;
  }
}
