import type { ScanProgress } from '@lanner/api';
import type { AppError, Log } from '@lanner/core';
import {
  AlertTail,
  AlertWriter,
  Calm,
  type DestinationSet,
  enrichmentOf,
  EventIntake,
  FirstRun,
  type Holder,
  OidcProvider,
  Passwords,
  SavedViews,
  Sessions,
  type SidekickMetrics,
  Silences,
  type Listening,
  type Store,
  tellAll,
  Tokens,
  Users,
  usualCalm,
} from '@lanner/hub';
import { hubApi, listen } from '@lanner/hub/http';
import { unlessAborted } from '../lib/unless-aborted.ts';
import type { RuleDesk } from '../rule-desk/desk.ts';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import { openDesk } from '../rule-desk/open-desk.ts';
import { type OpenAgents, openAgents } from './open-agents.ts';
import { countedBy, familiesOf, openDestinations, openMetrics } from './open-delivery.ts';
import { openIntakes } from './open-intakes.ts';
import { writeRunningFile } from './running-file.ts';
import { expectKnownRules } from './expected-rules.ts';
import { makeFirstToken } from './first-token.ts';
import { findPage } from './page-files.ts';
import type { ServerSettings } from './settings.ts';

export interface ServerContext {
  readonly log: Log;
  readonly now: () => number;
  readonly uuid: () => string;
  readonly version: string;
  readonly writeStdout: (text: string) => Promise<void>;
  /** What is missing, and the command that brings it. */
  readonly notes: () => readonly string[];
  /** The scan of this machine that is under way; null between scans. */
  readonly scan: () => ScanProgress | null;
  /** Who runs rules, for the page to change them; null: the page has no rules. */
  readonly ruleRunner: RuleRunner | null;
  /** Ends the start: it rejects with the signal's reason then. A server that runs is ended by `close`. */
  readonly signal: AbortSignal;
}

/** A server that runs. */
export interface RunningServer {
  readonly store: Store;
  readonly tail: AlertTail;
  readonly intake: EventIntake;
  readonly metrics: SidekickMetrics;
  readonly destinations: DestinationSet;
  readonly tokens: Tokens;
  readonly rules: RuleDesk | null;
  /** Makes the first administrator. */
  readonly firstRun: FirstRun;
  readonly intakePort: number;
  readonly apiPort: number;
  /** Null where no agents are taken. */
  readonly agentsPort: number | null;
  /** Of the authority that they know the server by. */
  readonly agentsFingerprint: string | null;
  /** Where the administrator's token was written at the first start; null later. */
  readonly tokenFile: string | null;
  readonly close: () => Promise<void>;
}

const maintainEveryMs = 60_000;
const graceMs = 5000;
const maxPending = 20_000;

/** Puts a server together over an open store, and starts it. What it opened is closed again when a part fails. */
export async function openServer(
  store: Store,
  settings: ServerSettings,
  context: ServerContext,
): Promise<RunningServer> {
  const closers: (() => Promise<void>)[] = [() => store.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) {
      // One that cannot be closed, as its disk fails, does not keep the others open.
      await closer().catch((error: unknown) => {
        context.log.error('a part of the server could not be closed', { reason: String(error) });
      });
    }
  };
  try {
    return { ...(await assemble(store, settings, context, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  store: Store,
  settings: ServerSettings,
  context: ServerContext,
  closers: (() => Promise<void>)[],
): Promise<Omit<RunningServer, 'close'>> {
  const { config } = settings;
  const { log, now, uuid, version, notes, scan, signal } = context;
  const startedMs = now();
  const step = <T>(work: () => Promise<T>): Promise<T> => unlessAborted(signal, work);
  const tail = await step(() => AlertTail.open(store.alerts));
  const silences = await step(() => Silences.load(store.documents));
  const tokens = await step(() => Tokens.load(store.documents));
  const tokenFile = await step(() => makeFirstToken(tokens, settings.dataFolder, startedMs));
  const people = await step(() => openPeople(store, startedMs));
  const metrics = openMetrics(settings, log, now);
  const set = openDestinations(store, settings, context, { tail, metrics });
  const mutedFromMs = await step(() => firstStart(store, startedMs));
  const writer = new AlertWriter({
    alerts: store.alerts,
    tail,
    holder: holderOf(store, settings, silences, mutedFromMs),
    now,
    maxPending,
    log,
  });
  const enrichment = enrichmentOf(config, () => new Date(now()));
  const intake = new EventIntake({ writer, metrics: countedBy(metrics, set), enrichment, uuid, now });
  closers.push(() => set.close(graceMs));
  await step(() => set.start());
  const stop = new AbortController();
  closers.push(() => {
    stop.abort();
    return Promise.resolve();
  });
  closers.push(keepInOrder({ store, tokens, silences }, now, log));
  const rules = await openRules(store, settings, context, closers);
  const agents = await openAgents(store, settings, { tokens, intake, rules, now, log });
  closers.push(() => agents?.close() ?? Promise.resolve());
  const api = hubApi(
    {
      ...{ store, tail, tokens, silences, intake, config, startedMs },
      ...{ uuid, now, log, version, rules, scan },
      notes: () => [...notes(), ...(rules?.notes ?? [])],
      ...people,
      provider: openProvider(settings, context, stop.signal),
      secure: settings.api.tls !== null,
      page: findPage(),
      destinations: set,
      agents,
    },
    stop.signal,
  );
  // What is about to listen is waited for: it would go on listening.
  signal.throwIfAborted();
  const listening = await listen(api, settings.api);
  closers.push(listening.close, writeRunningFile(settings, listening.port));
  void expectKnownRules(store.alerts, metrics, log);
  const families = familiesOf(store, metrics, set, { writer, intake }, () => agents?.families() ?? []);
  const intakes = await openIntakes(settings, tokens, {
    intake,
    families,
    isReady: () => isWell(store),
    log,
    now,
  });
  closers.push(...intakes.map((server) => server.close));
  const { firstRun } = people;
  const parts = { store, tail, intake, metrics, destinations: set, tokens, rules, firstRun, tokenFile };
  return { ...parts, ...portsOf(listening, intakes, agents) };
}

/** Who decides which alerts are told. */
function holderOf(
  { alerts }: Store,
  { notifyAll, muteMs }: ServerSettings,
  silences: Silences,
  mutedFromMs: number,
): Holder {
  const mutedUntilMs = mutedFromMs + muteMs;
  return notifyAll ? tellAll : new Calm({ ...usualCalm, mutedFromMs, mutedUntilMs }, silences, alerts);
}

async function openRules(
  store: Store,
  { dataFolder }: ServerSettings,
  { ruleRunner, log, signal }: ServerContext,
  closers: (() => Promise<void>)[],
): Promise<RuleDesk | null> {
  if (ruleRunner === null) {
    return null;
  }
  const { desk, close } = await openDesk(store, dataFolder, ruleRunner, { log, signal });
  closers.push(close);
  return desk;
}

async function openPeople(
  { documents }: Store,
  nowMs: number,
): Promise<{ users: Users; sessions: Sessions; savedViews: SavedViews; firstRun: FirstRun }> {
  const users = await Users.load(documents, new Passwords());
  return {
    users,
    sessions: await Sessions.load(documents, nowMs),
    savedViews: await SavedViews.load(documents),
    firstRun: new FirstRun(users),
  };
}

/**
 * The provider is asked at once, so that the log says early when it cannot be reached; people can sign in later all the
 * same. A server that ends does not wait for it.
 */
function openProvider(
  { oidc }: ServerSettings,
  { log, now }: ServerContext,
  signal: AbortSignal,
): OidcProvider | null {
  if (oidc === null) {
    return null;
  }
  const provider = new OidcProvider(oidc, {
    fetch: (address, options) =>
      fetch(address, {
        ...options,
        signal: AbortSignal.any([signal, options?.signal ?? signal]),
      }),
    now,
  });
  provider.check().then(
    () => {
      log.info('people can sign in by the provider', { issuer: oidc.issuer.href, client: oidc.clientId });
    },
    (error: unknown) => {
      if (signal.aborted) {
        return;
      }
      const { message, hint } = error as AppError;
      log.warn('the provider by which people sign in cannot be used now', {
        issuer: oidc.issuer.href,
        reason: message,
        ...(hint === undefined ? {} : { hint }),
      });
    },
  );
  return provider;
}

function portsOf(
  api: Listening,
  [intake]: readonly Listening[],
  agents: OpenAgents | null,
): Pick<RunningServer, 'apiPort' | 'intakePort' | 'agentsPort' | 'agentsFingerprint'> {
  return {
    apiPort: api.port,
    intakePort: intake?.port ?? 0,
    agentsPort: agents?.port() ?? null,
    agentsFingerprint: agents?.registry.authority.fingerprint ?? null,
  };
}

async function isWell(store: Store): Promise<boolean> {
  return (await store.health()).state === 'ok';
}

/** When this store was first used, ms since the epoch. */
async function firstStart(store: Store, nowMs: number): Promise<number> {
  const known = await store.documents.get('setting', 'first-start');
  // The clock may have been ahead then.
  if (typeof known?.value === 'number' && known.value <= nowMs) {
    return known.value;
  }
  await store.documents.put('setting', 'first-start', nowMs);
  return nowMs;
}

/** Gives what stops it, after a last time. */
function keepInOrder(
  { store, tokens, silences }: { store: Store; tokens: Tokens; silences: Silences },
  now: () => number,
  log: Log,
): () => Promise<void> {
  const told = (work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      log.error('the store could not be tidied up', {
        reason: error instanceof Error ? error.message : String(error),
      });
    });
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = told(async () => {
      await store.maintain(now());
      await tokens.tidy(now());
      await silences.tidy(now());
    });
  }, maintainEveryMs);
  return async () => {
    clearInterval(timer);
    await running;
    await told(() => tokens.tidy(now(), true));
  };
}
