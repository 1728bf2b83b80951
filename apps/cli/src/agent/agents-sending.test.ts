import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentPaths, batchRecord, joinInside, spoolHeader } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import type { Finding, ScannedArtifact } from '@lanner/hub';
import { describe, expect, test } from 'vitest';
import { ruleEvaluation } from '../detect/rule-evaluation.ts';
import { findingRecords } from './finding-records.ts';
import { agentBench, alerts, drained, health, until, upTo } from './testkit/agent-bench.ts';

const bench = agentBench();

describe('what is sent', () => {
  test('is stored once, in order, and is of the node that sent it', async () => {
    const spool = bench.openSpool();
    bench.connect(await bench.join(), spool);
    await spool.append(alerts(0, 5000));
    await spool.append(alerts(5000, 5010));
    await drained(spool);
    expect(await bench.storedNumbers()).toEqual(upTo(5010));
    const [first] = await bench.port.store.alerts.after(0, 1);
    expect(first).toMatchObject({ node: 'node-1', event: { hostname: 'somewhere-else' } });
  });

  test('has inside what the sensor knows, and other characters than JSON has stop nothing', async () => {
    const spool = bench.openSpool();
    bench.connect(await bench.join(), spool);
    const [item] = alerts(7, 8);
    const inside = '{"facts":{"proc.name":"sh"}}';
    await spool.append([
      { kind: 'alert', payload: joinInside(item!.payload, inside) },
      { kind: 'alert', payload: '\x1e1 alert \n\x1e' },
      ...alerts(8, 9),
    ]);
    await drained(spool);
    const stored = await bench.port.store.alerts.after(0, 10);
    expect(stored).toMatchObject([
      { event: { output_fields: { number: 7 } }, facts: { 'proc.name': 'sh' } },
      { event: { output_fields: { number: 8 } } },
    ]);
  });

  test('comes twice and is stored once, whatever the batches', async () => {
    const identity = await bench.join();
    const client = bench.client(identity);
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
    expect(await bench.storedNumbers()).toEqual(upTo(20));
  });

  test('a scan beyond what a record may have arrives whole, and ends what it does not have', async () => {
    const spool = bench.openSpool();
    const artifact: ScannedArtifact = {
      ...{ key: 'sha256:1', kind: 'image', names: ['web:1'], system: 'debian 12', packages: 1, notes: [] },
    };
    const findingOf = (id: string): Finding => ({
      ...{ kind: 'vulnerability', id, package: 'p', packageName: 'p', installedVersion: '1' },
      ...{ fixedVersion: '', severity: 'HIGH', title: 't', epss: null, kev: false },
      details: { text: 'x'.repeat(3000) },
    });
    const many = Array.from({ length: 3500 }, (_, i) => findingOf(`CVE-${i}`));
    await spool.append(findingRecords(artifact, [findingOf('CVE-gone')], 1000));
    await spool.append(findingRecords(artifact, many, 2000));
    bench.connect(await bench.join(), spool);
    await drained(spool);
    const { findings } = bench.port.store;
    expect(await findings.count({})).toBe(3500);
    expect(await findings.count({ asOfMs: 1500 })).toBe(1);
    expect(bench.port.intake.rejected).toBe(0);
  });

  test('findings are recorded, and what nobody understands stops nothing', async () => {
    const spool = bench.openSpool();
    bench.connect(await bench.join(), spool);
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
    expect(await bench.storedNumbers()).toEqual([0, 1]);
    expect((await bench.port.store.findings.search({ asOfMs: 2000 }, 10)).findings).toMatchObject([
      { id: 'bash' },
    ]);
    expect(bench.port.intake.rejected).toBe(2);
  });

  test('the server knows how the agent is', async () => {
    const spool = bench.openSpool();
    bench.connect(await bench.join(), spool);
    await until(() => (bench.port.registry.list()[0]?.health ?? null) !== null);
    expect(bench.port.registry.list()[0]).toMatchObject({
      health: { ...health, spool: { waiting: 0, refused: 0 } },
    });
  });

  test('an agent with more and longer notes than a heartbeat has is heard all the same', async () => {
    const notes = Array.from({ length: 60 }, (_, i) => `image${i} could not be scanned: ${'x'.repeat(2000)}`);
    const link = bench.connect(await bench.join(), bench.openSpool(), {
      health: () => ({ ...health, notes }),
    });
    await until(() => link.stats().state !== 'starting');
    expect(link.stats().state).toBe('connected');
    expect(bench.port.registry.list()[0]?.health?.notes).toHaveLength(50);
  });

  test('what rules take at an agent is heard, as much as it tells of', async () => {
    const evaluation = ruleEvaluation({
      ...{ events: 2, eventNs: 400, probed: 2 },
      ruleNs: new Map(Array.from({ length: 300 }, (_, index) => [`${'é'.repeat(196)}${index}`, 1 + index])),
    });
    const link = bench.connect(await bench.join(), bench.openSpool(), {
      health: () => ({ ...health, evaluation }),
    });
    await until(() => link.stats().state !== 'starting');
    expect(link.stats().state).toBe('connected');
    expect(bench.port.registry.list()[0]?.health?.evaluation).toEqual(evaluation);
    expect(evaluation?.nsPerEvent).toBe(200);
  });

  test('a server that is away gets everything when it is back', async () => {
    const spool = bench.openSpool();
    const link = bench.connect(await bench.join(), spool);
    await spool.append(alerts(0, 100));
    await drained(spool);
    await bench.port.server.close();
    await spool.append(alerts(100, 300));
    await until(() => link.stats().state === 'away');
    expect(spool.stats().waiting).toBe(200);
    await bench.start(undefined, bench.port.server.port, bench.port.store);
    await drained(spool);
    expect(await bench.storedNumbers()).toEqual(upTo(300));
    expect(link.stats().state).toBe('connected');
  });

  test('waits while the store is full, and loses nothing', async () => {
    const spool = bench.openSpool();
    const waits: number[] = [];
    bench.refusal = new AppError('store.full', 'The disk of the store is full');
    bench.connect(await bench.join(), spool, {
      heartbeatMs: 1000,
      sleep: async (ms, signal) => {
        waits.push(ms);
        await sleep(Math.min(ms, 20), undefined, { signal }).catch(() => undefined);
      },
    });
    await spool.append(alerts(0, 10));
    await until(() => waits.filter((ms) => ms === 1250).length > 3);
    expect(spool.stats().waiting).toBe(10);
    bench.refusal = null;
    await drained(spool);
    expect(await bench.storedNumbers()).toEqual(upTo(10));
  });

  test('heartbeats do not hide that the store takes nothing', async () => {
    const spool = bench.openSpool();
    const told: string[] = [];
    let heard = 0;
    const log = {
      ...silentLog,
      info: (message: string) => void told.push(message),
      warn: (message: string) => void told.push(message),
    };
    const link = bench.connect(await bench.join(), spool, {
      log,
      health: () => {
        heard++;
        return health;
      },
    });
    await until(() => link.stats().state === 'connected');
    bench.refusal = new AppError('store.full', 'The disk of the store is full');
    await spool.append(alerts(0, 10));
    await until(() => link.stats().failures > 3);
    const before = heard;
    await until(() => heard > before + 5);
    expect(link.stats().state).toBe('away');
    bench.refusal = null;
    await drained(spool);
    expect(link.stats().state).toBe('connected');
    expect(told).toEqual([
      'agent is connected',
      'server takes nothing; alerts wait in the spool',
      'agent is connected',
    ]);
  });

  test('a spool that is older than what the server has of it is numbered anew', async () => {
    const identity = await bench.join();
    const first = bench.openSpool('a');
    bench.connect(identity, first);
    await first.append(alerts(0, 50));
    await drained(first);
    // Its disk was restored: the same name, fewer numbers.
    const state = join(bench.folder, 'b', 'spool.json');
    const second = bench.openSpool('b');
    await second.close();
    writeFileSync(state, JSON.stringify({ schema: 1, id: first.id, acknowledged: 3, closedAt: 3 }));
    const restored = bench.openSpool('b');
    expect(restored.id).toBe(first.id);
    await restored.append(alerts(100, 160));
    bench.connect(identity, restored);
    await drained(restored);
    expect(await bench.storedNumbers()).toEqual([...upTo(50), ...upTo(60).map((i) => i + 100)]);
  });
});
