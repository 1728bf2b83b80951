import { type Log, silentLog } from '@lanner/core';
import { AlertTail } from '../alert-tail.ts';
import { tellAll } from '../calm/calm.ts';
import { Silences } from '../calm/silences.ts';
import { DestinationSet } from '../delivery/destination-set.ts';
import { defineDestination } from '../destination.ts';
import { AlertWriter } from '../intake/alert-writer.ts';
import { enrichmentOf } from '../intake/enrich.ts';
import { EventIntake } from '../intake/event-intake.ts';
import { SidekickMetrics } from '../metrics/sidekick.ts';
import { nodeEffects } from '../node-effects.ts';
import { loadSidekickConfig } from '../sidekick-config/load.ts';
import type { SidekickConfig } from '../sidekick-config/sidekick-config.ts';
import type { RulesPart } from '../rules/rules-part.ts';
import type { Store } from '../store/store.ts';
import type { OidcProvider } from '../oidc/provider.ts';
import { openMemoryStore } from './memory-store.ts';
import { Tokens } from '../server/tokens.ts';
import type { Api } from '../server/api.ts';
import { FirstRun } from '../server/first-run.ts';
import { hubApi } from '../server/hub-server.ts';
import { Passwords } from '../server/passwords.ts';
import { SavedViews } from '../server/saved-views.ts';
import { Sessions } from '../server/sessions.ts';
import { Users } from '../server/users.ts';

export const benchNow = (): number => Date.parse('2026-01-02T00:00:00Z');

const slack = defineDestination({
  id: 'slack',
  title: 'Slack',
  doc: 'A test.',
  sidekick: { section: 'slack', enabledBy: ['webhookurl'], metricName: 'slack', audience: 'people' },
  open: (settings) =>
    Promise.resolve({
      send: () =>
        settings.text('webhookurl') === 'http://works'
          ? Promise.resolve()
          : Promise.reject(new Error('away')),
      close: () => Promise.resolve(),
    }),
});

/** The whole API over a store in memory. */
export interface Bench {
  readonly api: Api;
  readonly store: Store;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly firstRun: FirstRun;
  readonly intake: EventIntake;
  readonly admin: string;
  readonly stop: AbortController;
}

export interface BenchOptions {
  readonly webhookurl?: string;
  readonly provider?: OidcProvider;
  readonly now?: () => number;
  /** Whether the page is reached by TLS. */
  readonly secure?: boolean;
  readonly log?: Log;
  readonly rules?: RulesPart | null;
}

export async function openBench({
  webhookurl = 'http://works',
  provider,
  now = benchNow,
  secure = true,
  log = silentLog,
  rules = null,
}: BenchOptions = {}): Promise<Bench> {
  const store = await openMemoryStore({ now });
  const tail = await AlertTail.open(store.alerts);
  const tokens = await Tokens.load(store.documents);
  const users = await Users.load(store.documents, new Passwords({ N: 16, r: 1, p: 1 }));
  const firstRun = new FirstRun(users);
  const sessions = await Sessions.load(store.documents, now());
  const { secret: admin } = await tokens.create(
    { name: 'ada', scopes: ['admin', 'intake'], expiresMs: null },
    now(),
  );
  const { config, metrics, destinations } = benchDestinations(webhookurl, tail, store);
  const writer = new AlertWriter({
    alerts: store.alerts,
    tail,
    holder: tellAll,
    now: benchNow,
    maxPending: 100,
    log: silentLog,
  });
  let ids = 0;
  const intake = new EventIntake({
    writer,
    metrics,
    enrichment: enrichmentOf(config, () => new Date(benchNow())),
    uuid: () => `u${++ids}`,
    now: benchNow,
  });
  const stop = new AbortController();
  const silences = await Silences.load(store.documents);
  const api = hubApi(
    {
      store,
      tail,
      tokens,
      users,
      sessions,
      firstRun,
      savedViews: await SavedViews.load(store.documents),
      secure,
      provider: provider ?? null,
      silences,
      agents: null,
      rules,
      page: null,
      destinations,
      intake,
      uuid: () => 'test',
      now,
      log,
      version: '1.2.3',
      startedMs: 0,
      config,
      scan: () => null,
      notes: () => ['a note'],
    },
    stop.signal,
  );
  return { api, store, tokens, users, firstRun, intake, admin, stop };
}

function benchDestinations(
  webhookurl: string,
  tail: AlertTail,
  store: Store,
): { config: SidekickConfig; metrics: SidekickMetrics; destinations: DestinationSet } {
  const { config } = loadSidekickConfig({
    text: `slack: {webhookurl: '${webhookurl}'}\ngotify: {hostport: http://g}\n`,
    path: 'c',
    env: {},
    lenient: false,
  });
  const metrics = new SidekickMetrics({ extraLabels: [], destinations: [], legacyNames: false });
  const destinations = new DestinationSet({
    config,
    destinations: [slack],
    effects: nodeEffects(silentLog, () => Promise.resolve()),
    tail,
    store: store.deliveries,
    metrics,
    timeoutMs: 1000,
    log: silentLog,
    now: benchNow,
    sleep: () => new Promise(() => undefined),
    random: () => 0,
  });
  return { config, metrics, destinations };
}

export function benchEvent(
  rule: string,
  priority: string,
  fields: Record<string, unknown>,
  time = '2026-01-01T12:00:00Z',
): string {
  return JSON.stringify({
    output: `${rule} happened`,
    priority,
    rule,
    time,
    source: 'syscall',
    output_fields: fields,
    hostname: 'n1',
    tags: ['t1'],
  });
}

// A real connection has an address; here there is none.
export const connection = {
  incoming: { socket: { remoteAddress: '127.0.0.1', remotePort: 1, remoteFamily: 'IPv4' } },
};
