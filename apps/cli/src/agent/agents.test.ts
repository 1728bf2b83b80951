// Agents and the server's port for them, over TLS on loopback, without their processes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
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
import { type AgentHealth, agentPaths, batchRecord, joinInside, spoolHeader } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
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
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const hourMs = 3_600_000;
const health: Omit<AgentHealth, 'spool'> = {
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

interface Bench {
  readonly store: Store;
  readonly server: Listening;
  readonly registry: AgentRegistry;
  readonly intake: AgentIntake;
  readonly url: string;
  readonly token: string;
}

let folder: string;
let bench: Bench;
/** How far the clock of the server, and that of the agent, is ahead. */
let serverAheadMs = 0;
let agentAheadMs = 0;
/** What the store does instead of storing. */
let refusal: AppError | null = null;
const stop: AbortController[] = [];
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-agents-'));
  [serverAheadMs, agentAheadMs, refusal] = [0, 0, null];
  bench = await start();
});

afterEach(async () => {
  stop.splice(0).forEach((controller) => controller.abort());
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
  rmSync(folder, { recursive: true });
});

async function start(protocol?: number, port = 0, kept?: Store): Promise<Bench> {
  const now = (): number => Date.now() + serverAheadMs;
  const store = kept ?? (await openMemoryStore({ now }));
  const append = store.alerts.append.bind(store.alerts);
  const alerts = Object.assign(store.alerts, {
    append: (...args: Parameters<typeof append>) =>
      refusal === null ? append(...args) : Promise.reject(refusal),
  });
  const tail = await AlertTail.open(alerts);
  const { config } = loadSidekickConfig({ text: null, path: '', env: {}, lenient: false });
  let ids = 0;
  const events = new EventIntake({
    writer: new AlertWriter({ alerts, tail, holder: tellAll, now, maxPending: 100_000 }),
    metrics: new SidekickMetrics({ extraLabels: [], destinations: [], legacyNames: false }),
    enrichment: enrichmentOf(config, () => new Date(now())),
    uuid: () => `u${++ids}`,
    now,
  });
  const tokens = await Tokens.load(store.documents);
  const authority = AgentAuthority.open(join(folder, 'authority.pem'), now());
  const registry = await AgentRegistry.load({
    documents: store.documents,
    authority,
    now,
    certificateMs: 3 * hourMs,
  });
  const intake = new AgentIntake({ alerts, findings: store.findings, intake: events, log: silentLog });
  const server = await startAgentServer({
    address: '127.0.0.1',
    port,
    registry,
    tokens,
    intake,
    audit: store.audit,
    now,
    log: silentLog,
    ...(protocol === undefined ? {} : { protocol }),
  });
  closers.push(server.close);
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

function join1(token = bench.token, url = bench.url): Promise<Identity> {
  return enrol({ server: url, token: parseJoinToken(token), name: 'node-1', version: '1.2.3' });
}

function openSpool(name = 'spool'): Spool {
  const spool = Spool.open({
    folder: join(folder, name),
    maxBytes: 2 ** 24,
    maxAgeMs: Infinity,
    now: Date.now,
    log: silentLog,
    newId: () => Math.random().toString(16).slice(2, 10).padEnd(16, '0'),
  });
  closers.push(() => spool.close());
  return spool;
}

function connect(identity: Identity, spool: Spool, options: Partial<LinkOptions> = {}): AgentLink {
  const controller = new AbortController();
  stop.push(controller);
  const link = new AgentLink({
    spool,
    identify: () => Promise.resolve(identity),
    keep: () => undefined,
    health: () => health,
    now: () => Date.now() + agentAheadMs,
    random: () => 0.5,
    // Long pauses are for others.
    sleep: (ms, signal) => sleep(Math.min(ms, 20), undefined, { signal }).catch(() => undefined),
    log: silentLog,
    heartbeatMs: 10,
    ...options,
  });
  const running = link.run(controller.signal);
  closers.push(() => {
    controller.abort();
    return running;
  });
  return link;
}

function alerts(from: number, to: number): SpoolItem[] {
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

async function storedNumbers(store = bench.store): Promise<unknown[]> {
  return (await store.alerts.after(0, 100_000)).map(({ event }) => event.output_fields['number']);
}

async function until(probe: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1500; i++) {
    if (await probe()) {
      return;
    }
    await sleep(10);
  }
  throw new Error('waited in vain');
}

function drained(spool: Spool): Promise<void> {
  return until(() => spool.stats().waiting === 0);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('joining', () => {
  test('gives each agent a certificate and stands in the audit log', async () => {
    const [one, two] = [await join1(), await join1()];
    expect(one.id).not.toBe(two.id);
    expect(bench.registry.list().map(({ name, joinedBy }) => [name, joinedBy])).toEqual([
      ['node-1', 'join'],
      ['node-1', 'join'],
    ]);
    expect(await bench.store.audit.list(10)).toMatchObject([{ action: 'agent.enrol' }, { by: 'join' }]);
  });

  test.each([
    [
      'of nobody',
      (token: string) => token.replace(/_[\w-]{32}\./, `_${'x'.repeat(32)}.`),
      'unknown or has expired',
    ],
    [
      'of another server',
      (token: string) => token.replace(/\..*/, `.${'y'.repeat(43)}`),
      'is not the server',
    ],
    ['cut off', (token: string) => token.slice(0, -5), 'no join token'],
  ])('a token %s opens nothing', async (_what, change, message) => {
    await expect(async () => join1(change(bench.token))).rejects.toThrow(message);
    expect(bench.registry.list()).toEqual([]);
  });

  test('a token that has expired, or is for something else, opens nothing', async () => {
    serverAheadMs = 2 * hourMs;
    await expect(join1()).rejects.toMatchObject({ code: 'agent.enrolment' });
    serverAheadMs = 0;
    const tokens = await Tokens.load(bench.store.documents);
    const { secret } = await tokens.create(
      { name: 'view', scopes: ['view', 'admin', 'intake'], expiresMs: null },
      0,
    );
    await expect(join1(bench.token.replace(/.*\./, `${secret}.`))).rejects.toMatchObject({
      code: 'agent.enrolment',
    });
  });

  test('without the key nobody gets a certificate for it', async () => {
    const identity = await join1();
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const answer = await client.postJson(agentPaths.renew, {
      key: (await join1()).key.replaceAll('PRIVATE', 'PUBLIC'),
      proof: 'AAAA',
    });
    expect(answer.status).toBe(400);
  });

  test('nobody home is told, with what to look at', async () => {
    await bench.server.close();
    await expect(join1()).rejects.toMatchObject({
      code: 'agent.unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('what is sent', () => {
  test('is stored once, in order, and is of the node that sent it', async () => {
    const spool = openSpool();
    connect(await join1(), spool);
    await spool.append(alerts(0, 5000));
    await spool.append(alerts(5000, 5010));
    await drained(spool);
    expect(await storedNumbers()).toEqual(upTo(5010));
    const [first] = await bench.store.alerts.after(0, 1);
    expect(first).toMatchObject({ node: 'node-1', event: { hostname: 'somewhere-else' } });
  });

  test('has inside what the sensor knows, and other characters than JSON has stop nothing', async () => {
    const spool = openSpool();
    connect(await join1(), spool);
    const [item] = alerts(7, 8);
    const inside = '{"facts":{"proc.name":"sh"}}';
    await spool.append([
      { kind: 'alert', payload: joinInside(item!.payload, inside) },
      { kind: 'alert', payload: '\x1e1 alert \n\x1e' },
      ...alerts(8, 9),
    ]);
    await drained(spool);
    const stored = await bench.store.alerts.after(0, 10);
    expect(stored).toMatchObject([
      { event: { output_fields: { number: 7 } }, facts: { 'proc.name': 'sh' } },
      { event: { output_fields: { number: 8 } } },
    ]);
  });

  test('comes twice and is stored once, whatever the batches', async () => {
    const identity = await join1();
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const send = async (from: number, to: number): Promise<unknown> => {
      const lines = alerts(from, to).map(({ payload }, i) => batchRecord(from + i + 1, 'alert', payload));
      const answer = await client.post(agentPaths.batch, Buffer.from(lines.join('')), {
        [spoolHeader]: '0123456789abcdef',
      });
      return JSON.parse(answer.body);
    };
    await Promise.all([send(0, 10), send(0, 10), send(0, 5)]);
    expect(await send(3, 20)).toEqual({ last: 20 });
    expect(await send(0, 20)).toEqual({ last: 20 });
    expect(await storedNumbers()).toEqual(upTo(20));
  });

  test('findings are recorded, and what nobody understands stops nothing', async () => {
    const spool = openSpool();
    connect(await join1(), spool);
    const artifact = {
      key: 'host-1',
      kind: 'host',
      names: ['n'],
      system: 'debian 12',
      packages: 3,
      notes: [],
    };
    const finding = {
      kind: 'update',
      id: 'bash',
      package: 'bash',
      packageName: 'bash',
      installedVersion: '1',
      fixedVersion: '2',
      severity: 'MEDIUM',
      title: 't',
      epss: null,
      kev: false,
      details: {},
    };
    await spool.append([
      ...alerts(0, 1),
      { kind: 'findings', payload: JSON.stringify({ artifact, findings: [finding], atMs: 1000 }) },
      { kind: 'findings', payload: '{"artifact":' },
      { kind: 'evidence', payload: '{}' },
      { kind: 'alert', payload: 'no alert' },
      ...alerts(1, 2),
    ]);
    await drained(spool);
    expect(await storedNumbers()).toEqual([0, 1]);
    expect((await bench.store.findings.search({ asOfMs: 2000 }, 10)).findings).toMatchObject([
      { id: 'bash' },
    ]);
    expect(bench.intake.rejected).toBe(2);
  });

  test('the server knows how the agent is', async () => {
    const spool = openSpool();
    connect(await join1(), spool);
    await until(() => (bench.registry.list()[0]?.health ?? null) !== null);
    expect(bench.registry.list()[0]).toMatchObject({
      health: { ...health, spool: { waiting: 0, refused: 0 } },
    });
  });

  test('an agent with more and longer notes than a heartbeat has is heard all the same', async () => {
    const notes = Array.from({ length: 60 }, (_, i) => `image${i} could not be scanned: ${'x'.repeat(2000)}`);
    const link = connect(await join1(), openSpool(), { health: () => ({ ...health, notes }) });
    await until(() => link.stats().state !== 'starting');
    expect(link.stats().state).toBe('connected');
    expect(bench.registry.list()[0]?.health?.notes).toHaveLength(50);
  });

  test('a server that is away gets everything when it is back', async () => {
    const spool = openSpool();
    const link = connect(await join1(), spool);
    await spool.append(alerts(0, 100));
    await drained(spool);
    await bench.server.close();
    await spool.append(alerts(100, 300));
    await until(() => link.stats().state === 'away');
    expect(spool.stats().waiting).toBe(200);
    await start(undefined, bench.server.port, bench.store);
    await drained(spool);
    expect(await storedNumbers()).toEqual(upTo(300));
    expect(link.stats().state).toBe('connected');
  });

  test('waits while the store is full, and loses nothing', async () => {
    const spool = openSpool();
    const waits: number[] = [];
    refusal = new AppError('store.full', 'The disk of the store is full');
    connect(await join1(), spool, {
      heartbeatMs: 1000,
      sleep: async (ms, signal) => {
        waits.push(ms);
        await sleep(Math.min(ms, 20), undefined, { signal }).catch(() => undefined);
      },
    });
    await spool.append(alerts(0, 10));
    await until(() => waits.filter((ms) => ms === 1250).length > 3);
    expect(spool.stats().waiting).toBe(10);
    refusal = null;
    await drained(spool);
    expect(await storedNumbers()).toEqual(upTo(10));
  });

  test('heartbeats do not hide that the store takes nothing', async () => {
    const spool = openSpool();
    const told: string[] = [];
    let heard = 0;
    const log = {
      ...silentLog,
      info: (message: string) => void told.push(message),
      warn: (message: string) => void told.push(message),
    };
    const link = connect(await join1(), spool, {
      log,
      health: () => {
        heard++;
        return health;
      },
    });
    await until(() => link.stats().state === 'connected');
    refusal = new AppError('store.full', 'The disk of the store is full');
    await spool.append(alerts(0, 10));
    await until(() => link.stats().failures > 3);
    const before = heard;
    await until(() => heard > before + 5);
    expect(link.stats().state).toBe('away');
    refusal = null;
    await drained(spool);
    expect(link.stats().state).toBe('connected');
    expect(told).toEqual([
      'agent is connected',
      'server takes nothing; alerts wait in the spool',
      'agent is connected',
    ]);
  });

  test('a spool that is older than what the server has of it is numbered anew', async () => {
    const identity = await join1();
    const first = openSpool('a');
    connect(identity, first);
    await first.append(alerts(0, 50));
    await drained(first);
    // Its disk was restored: the same name, fewer numbers.
    const state = join(folder, 'b', 'spool.json');
    const second = openSpool('b');
    await second.close();
    writeFileSync(state, JSON.stringify({ schema: 1, id: first.id, acknowledged: 3, closedAt: 3 }));
    const restored = openSpool('b');
    expect(restored.id).toBe(first.id);
    await restored.append(alerts(100, 160));
    connect(identity, restored);
    await drained(restored);
    expect(await storedNumbers()).toEqual([...upTo(50), ...upTo(60).map((i) => i + 100)]);
  });
});

describe('who may send', () => {
  test('not who was revoked, from that moment on', async () => {
    const spool = openSpool();
    const identity = await join1();
    const link = connect(identity, spool);
    await spool.append(alerts(0, 3));
    await drained(spool);
    await bench.registry.revoke(identity.id);
    await spool.append(alerts(3, 6));
    await until(() => link.stats().state === 'refused');
    expect(await storedNumbers()).toEqual([0, 1, 2]);
    expect(spool.stats().waiting).toBe(3);
    // Also after a restart.
    const again = await AgentRegistry.load({
      documents: bench.store.documents,
      authority: bench.registry.authority,
      now: Date.now,
      certificateMs: 1,
    });
    await expect(again.authenticate(identity.id, 'x')).rejects.toThrow('was revoked');
  });

  test('nobody without a certificate, or with one of another authority', async () => {
    const identity = await join1();
    const ask = (tls: Pick<Identity, 'key' | 'certificate'> | null): Promise<{ status: number }> => {
      const client = new AgentClient(bench.url, { authority: identity.authority, identity: tls });
      closers.push(() => Promise.resolve(client.close()));
      return client.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: '0123456789abcdef' });
    };
    expect((await ask(null)).status).toBe(403);
    const other = AgentAuthority.open(join(folder, 'other.pem'), Date.now());
    const { key, certificate } = other.issueServer(Date.now());
    expect((await ask({ key, certificate })).status).toBe(403);
  });

  test('no agent speaks with a server of another authority', async () => {
    const identity = await join1();
    const spool = openSpool();
    await spool.append(alerts(0, 1));
    const mine = join(folder, 'mine');
    const link = connect(
      { ...identity, authority: AgentAuthority.open(mine, Date.now()).certificate },
      spool,
    );
    await until(() => link.stats().state === 'away');
    expect(await storedNumbers()).toEqual([]);
  });

  test('a certificate ends, and is renewed before', async () => {
    const spool = openSpool();
    const kept: Identity[] = [];
    const identity = await join1();
    const { serials } = bench.registry.list()[0]!;
    connect(identity, spool, { keep: (renewed) => kept.push(renewed) });
    await spool.append(alerts(0, 1));
    await drained(spool);
    expect(kept).toEqual([]);
    // Two thirds of three hours and the hour before are over.
    agentAheadMs = 1.8 * hourMs;
    await until(() => kept.length > 0);
    agentAheadMs = 0;
    await spool.append(alerts(1, 2));
    await drained(spool);
    await until(() => bench.registry.list()[0]?.serials.length === 1);
    expect(bench.registry.list()[0]?.serials).not.toEqual(serials);
    expect(kept[0]?.key).not.toBe(identity.key);
    // The old one has ended with the first use of the new one.
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const old = await client.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: spool.id });
    expect(old.status).toBe(403);
    expect(old.body).toContain('newer certificate');
    serverAheadMs = 4 * hourMs;
    const late = new AgentClient(bench.url, { authority: identity.authority, identity: kept[0]! });
    closers.push(() => Promise.resolve(late.close()));
    const expired = await late.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: spool.id });
    expect(expired.body).toContain('has expired');
  });
});

test('a certificate that cannot be kept is told once, and the old one is used on', async () => {
  const spool = openSpool();
  const told: unknown[] = [];
  const tries: Identity[] = [];
  const log = { ...silentLog, error: (message: string, details: unknown) => told.push([message, details]) };
  const link = connect(await join1(), spool, {
    log,
    keep: (renewed) => {
      tries.push(renewed);
      throw new AppError('file.write', 'no space left', { hint: 'Make room.' });
    },
  });
  agentAheadMs = 1.8 * hourMs;
  await until(() => tries.length > 2);
  await spool.append(alerts(0, 1));
  await drained(spool);
  expect(link.stats().state).toBe('connected');
  expect(told).toEqual([
    [
      'certificate could not be renewed',
      { reason: 'no space left', hint: 'Make room.', until: expect.any(String) as string },
    ],
  ]);
});

describe('versions', () => {
  test.each([
    [2, 'connected'],
    [0, 'connected'],
    [3, 'refused'],
  ])('an agent of protocol %d is %s', async (protocol, state) => {
    const spool = openSpool();
    await spool.append(alerts(0, 2));
    const link = connect(await join1(), spool, { protocol });
    await until(() => link.stats().state === state);
    if (state === 'connected') {
      await drained(spool);
    }
    expect(await storedNumbers()).toEqual(state === 'connected' ? [0, 1] : []);
  });

  test('a server that is too new, or none of ours, is told from one that is away', async () => {
    const identity = await join1();
    const newer = await start(3, 0, bench.store);
    const client = new AgentClient(newer.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    await expect(client.get(agentPaths.authority)).rejects.toMatchObject({
      code: 'agent.protocol',
      message: expect.stringContaining('speaks protocol 3, this agent 1') as string,
    });
  });
});

describe('hostile agents', () => {
  test.each([
    ['no JSON', agentPaths.heartbeat, 'x', {}, 400],
    ['no health', agentPaths.heartbeat, '{}', {}, 400],
    ['no spool', agentPaths.batch, '', { [spoolHeader]: 'x' }, 400],
    ['what is not packed', agentPaths.batch, 'x', { 'content-encoding': 'zstd' }, 400],
    ['another packing', agentPaths.batch, 'x', { 'content-encoding': 'br' }, 400],
    ['garbage', agentPaths.batch, '\x1e\0\x1e1\x1e 2 alert {}\x1e-1 alert {}\x1e1e3 alert {}\x1e', {}, 200],
    ['nothing there', '/v2/batch', '', {}, 404],
  ])('%s is answered', async (_what, path, body, headers, status) => {
    const identity = await join1();
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const answer = await client.post(path, Buffer.from(body), {
      [spoolHeader]: '0123456789abcdef',
      ...headers,
    });
    expect(answer.status).toBe(status);
    expect(await storedNumbers()).toEqual([]);
  });

  test('a body that unpacks to too much is refused, and so are endless spools', async () => {
    const { zstdCompressSync } = await import('node:zlib');
    const identity = await join1();
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const bomb = zstdCompressSync(Buffer.alloc(64 * 2 ** 20));
    const answer = await client.post(agentPaths.batch, bomb, {
      [spoolHeader]: '0123456789abcdef',
      'content-encoding': 'zstd',
    });
    expect(answer.status).toBe(413);
    const statuses = new Set<number>();
    for (let i = 0; i < 30; i++) {
      const id = String(i).padStart(16, '0');
      const each = await client.post(agentPaths.batch, Buffer.from(''), { [spoolHeader]: id });
      statuses.add(each.status);
    }
    expect(statuses).toEqual(new Set([200, 429]));
  });

  test('an agent that has nothing to send is heard for as long as it says so', async () => {
    const identity = await join1();
    const client = new AgentClient(bench.url, { authority: identity.authority, identity });
    closers.push(() => Promise.resolve(client.close()));
    const spool = {
      waiting: 0,
      bytes: 0,
      oldestMs: null,
      ...{ droppedBySize: 0, droppedByAge: 0, damaged: 0, refused: 0 },
    };
    const statuses = new Set<number>();
    for (let i = 0; i < 30; i++) {
      const { status } = await client.postJson(
        agentPaths.heartbeat,
        { ...health, spool },
        { [spoolHeader]: '0123456789abcdef' },
      );
      statuses.add(status);
    }
    expect(statuses).toEqual(new Set([200]));
  });

  test('plain HTTP is not spoken', async () => {
    const answered = await new Promise((resolve) => {
      request(bench.url.replace('127.0.0.1', 'localhost'), { rejectUnauthorized: true }, resolve)
        .once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .end();
    });
    expect(answered).toMatch(/CERT|VERIFY/);
  });
});
