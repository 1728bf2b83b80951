// Agents and the server's port for them, over TLS on loopback, without their processes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AgentClient,
  AgentLink,
  enrol,
  type Identity,
  type LinkOptions,
  parseJoinToken,
  Spool,
  type SpoolItem,
} from '@lanner/agent';
import type { AgentHealth, ServedRules } from '@lanner/api';
import { type AppError, silentLog } from '@lanner/core';
import {
  AlertTail,
  AlertWriter,
  enrichmentOf,
  EventIntake,
  type Listening,
  loadSidekickConfig,
  SidekickMetrics,
  type Store,
  tellAll,
  Tokens,
} from '@lanner/hub';
import { AgentAuthority, AgentIntake, AgentRegistry, startAgentServer } from '@lanner/hub/http';
import { openMemoryStore } from '@lanner/hub/testkit';
import { afterEach, beforeEach } from 'vitest';

export const hourMs = 3_600_000;
export const health: Omit<AgentHealth, 'spool'> = {
  version: '1.2.3',
  startedMs: 1,
  sensor: 'running',
  events: 5,
  drops: 6,
  alertsLost: 0,
  blindRules: 1,
  blindSeconds: 2.5,
  notes: ['no advisories'],
};

const noRules: ServedRules = { revision: 'none', own: '', exceptions: [], switches: [] };

/** A server that takes agents. */
export interface AgentPort {
  readonly store: Store;
  readonly server: Listening;
  readonly registry: AgentRegistry;
  readonly intake: AgentIntake;
  readonly url: string;
  readonly token: string;
}

/** A server with its agents, new for each test of a file. */
export function agentBench(): AgentBench {
  const bench = new AgentBench();
  beforeEach(() => bench.open());
  afterEach(() => bench.close());
  return bench;
}

export class AgentBench {
  folder = '';
  /** How far the clock of the server, and that of the agents, is ahead. */
  serverAheadMs = 0;
  agentAheadMs = 0;
  /** What the store does instead of storing. */
  refusal: AppError | null = null;
  /** What the server has for agents. */
  rules: ServedRules | null = null;
  #port: AgentPort | null = null;
  readonly #stops: AbortController[] = [];
  readonly #closers: (() => Promise<unknown>)[] = [];

  async open(): Promise<void> {
    this.folder = mkdtempSync(join(tmpdir(), 'lanner-agents-'));
    [this.serverAheadMs, this.agentAheadMs, this.refusal] = [0, 0, null];
    this.rules = null;
    this.#port = await this.start();
  }

  async close(): Promise<void> {
    this.#stops.splice(0).forEach((controller) => controller.abort());
    for (const close of this.#closers.splice(0).reverse()) {
      await close();
    }
    rmSync(this.folder, { recursive: true });
  }

  /** Called at the end of the test, the last first. */
  whenClosed(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  get port(): AgentPort {
    if (this.#port === null) {
      throw new Error('the bench is not open');
    }
    return this.#port;
  }

  /** A further server, as for another version or after one has ended. */
  async start(protocol?: number, port = 0, kept?: Store): Promise<AgentPort> {
    const now = (): number => Date.now() + this.serverAheadMs;
    const store = kept ?? (await openMemoryStore({ now }));
    const events = await this.#intakeOf(store, now);
    const tokens = await Tokens.load(store.documents);
    const authority = AgentAuthority.open(join(this.folder, 'authority.pem'), now());
    const registry = await AgentRegistry.load({
      documents: store.documents,
      authority,
      now,
      certificateMs: 3 * hourMs,
    });
    const intake = new AgentIntake({
      alerts: store.alerts,
      findings: store.findings,
      intake: events,
      log: silentLog,
    });
    const server = await startAgentServer({
      address: '127.0.0.1',
      port,
      registry,
      tokens,
      intake,
      audit: store.audit,
      rules: { served: () => this.rules ?? noRules },
      now,
      log: silentLog,
      ...(protocol === undefined ? {} : { protocol }),
    });
    this.#closers.push(server.close);
    const { secret } = await tokens.create(
      { name: 'join', scopes: ['agent'], expiresMs: now() + hourMs },
      now(),
    );
    return {
      store,
      server,
      registry,
      intake,
      url: `https://127.0.0.1:${server.port}`,
      token: `${secret}.${authority.fingerprint}`,
    };
  }

  join(token = this.port.token, url = this.port.url): Promise<Identity> {
    return enrol({ server: url, token: parseJoinToken(token), name: 'node-1', version: '1.2.3' });
  }

  /** Speaks as whoever it is told to be. */
  client(
    { authority, ...identity }: Identity,
    tls: Pick<Identity, 'key' | 'certificate'> | null = identity,
    url = this.port.url,
  ): AgentClient {
    const client = new AgentClient(url, { authority, identity: tls });
    this.#closers.push(() => Promise.resolve(client.close()));
    return client;
  }

  openSpool(name = 'spool'): Spool {
    const spool = Spool.open({
      folder: join(this.folder, name),
      maxBytes: 2 ** 24,
      maxAgeMs: Infinity,
      now: Date.now,
      log: silentLog,
      newId: () => Math.random().toString(16).slice(2, 10).padEnd(16, '0'),
    });
    this.#closers.push(() => spool.close());
    return spool;
  }

  connect(identity: Identity, spool: Spool, options: Partial<LinkOptions> = {}): AgentLink {
    const controller = new AbortController();
    this.#stops.push(controller);
    const link = new AgentLink({
      spool,
      identify: () => Promise.resolve(identity),
      keep: () => undefined,
      health: () => health,
      now: () => Date.now() + this.agentAheadMs,
      random: () => 0.5,
      // Long pauses are for others.
      sleep: (ms, signal) => sleep(Math.min(ms, 20), undefined, { signal }).catch(() => undefined),
      log: silentLog,
      heartbeatMs: 10,
      ...options,
    });
    const running = link.run(controller.signal);
    this.#closers.push(() => {
      controller.abort();
      return running;
    });
    return link;
  }

  async storedNumbers(): Promise<unknown[]> {
    const stored = await this.port.store.alerts.after(0, 100_000);
    return stored.map(({ event }) => event.output_fields['number']);
  }

  async #intakeOf(store: Store, now: () => number): Promise<EventIntake> {
    const append = store.alerts.append.bind(store.alerts);
    const alerts = Object.assign(store.alerts, {
      append: (...args: Parameters<typeof append>) =>
        this.refusal === null ? append(...args) : Promise.reject(this.refusal),
    });
    const tail = await AlertTail.open(alerts);
    const { config } = loadSidekickConfig({ text: null, path: '', env: {}, lenient: false });
    let ids = 0;
    return new EventIntake({
      writer: new AlertWriter({ alerts, tail, holder: tellAll, now, maxPending: 100_000, log: silentLog }),
      metrics: new SidekickMetrics({ extraLabels: [], destinations: [], legacyNames: false }),
      enrichment: enrichmentOf(config, () => new Date(now())),
      uuid: () => `u${++ids}`,
      now,
    });
  }
}

/** Numbered ones, the last excluded. */
export function alerts(from: number, to: number): SpoolItem[] {
  return Array.from({ length: to - from }, (_, index) => ({
    kind: 'alert',
    payload: JSON.stringify({
      output: `10:00:00.000000000: Error ${from + index} happened`,
      priority: 'Error',
      rule: 'Numbered',
      time: '2026-01-02T03:04:05.000000000Z',
      source: 'syscall',
      hostname: 'somewhere-else',
      output_fields: { number: from + index },
    }),
  }));
}

export async function until(probe: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (await probe()) {
      return;
    }
    await sleep(10);
  }
  throw new Error('waited in vain');
}

export function drained(spool: Spool): Promise<void> {
  return until(() => spool.stats().waiting === 0);
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
