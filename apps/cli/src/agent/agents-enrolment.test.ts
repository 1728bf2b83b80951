import { join } from 'node:path';
import type { Identity } from '@lanner/agent';
import { agentPaths, spoolHeader } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import { Tokens } from '@lanner/hub';
import { AgentAuthority, AgentRegistry } from '@lanner/hub/http';
import { describe, expect, test } from 'vitest';
import { agentBench, alerts, drained, hourMs, until } from './testkit/agent-bench.ts';

const bench = agentBench();

describe('joining', () => {
  test('gives each agent a certificate and stands in the audit log', async () => {
    const [one, two] = [await bench.join(), await bench.join()];
    expect(one.id).not.toBe(two.id);
    expect(bench.port.registry.list().map(({ name, joinedBy }) => [name, joinedBy])).toEqual([
      ['node-1', 'join'],
      ['node-1', 'join'],
    ]);
    expect(await bench.port.store.audit.list(10)).toMatchObject([{ action: 'agent.enrol' }, { by: 'join' }]);
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
    await expect(async () => bench.join(change(bench.port.token))).rejects.toThrow(message);
    expect(bench.port.registry.list()).toEqual([]);
  });

  test('a token that has expired, or is for something else, opens nothing', async () => {
    bench.serverAheadMs = 2 * hourMs;
    await expect(bench.join()).rejects.toMatchObject({ code: 'agent.enrolment' });
    bench.serverAheadMs = 0;
    const tokens = await Tokens.load(bench.port.store.documents);
    const { secret } = await tokens.create(
      { name: 'view', scopes: ['view', 'admin', 'intake'], expiresMs: null },
      0,
    );
    await expect(bench.join(bench.port.token.replace(/.*\./, `${secret}.`))).rejects.toMatchObject({
      code: 'agent.enrolment',
    });
  });

  test('without the key nobody gets a certificate for it', async () => {
    const identity = await bench.join();
    const client = bench.client(identity);
    const answer = await client.postJson(agentPaths.renew, {
      key: (await bench.join()).key.replaceAll('PRIVATE', 'PUBLIC'),
      proof: 'AAAA',
    });
    expect(answer.status).toBe(400);
  });

  test('nobody home is told, with what to look at', async () => {
    await bench.port.server.close();
    await expect(bench.join()).rejects.toMatchObject({
      code: 'agent.unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('who may send', () => {
  test('not who was revoked, from that moment on', async () => {
    const spool = bench.openSpool();
    const identity = await bench.join();
    const link = bench.connect(identity, spool);
    await spool.append(alerts(0, 3));
    await drained(spool);
    await bench.port.registry.revoke(identity.id);
    await spool.append(alerts(3, 6));
    await until(() => link.stats().state === 'refused');
    expect(await bench.storedNumbers()).toEqual([0, 1, 2]);
    expect(spool.stats().waiting).toBe(3);
    // Also after a restart.
    const again = await AgentRegistry.load({
      documents: bench.port.store.documents,
      authority: bench.port.registry.authority,
      now: Date.now,
      certificateMs: 1,
    });
    await expect(again.authenticate(identity.id, 'x')).rejects.toThrow('was revoked');
  });

  test('nobody without a certificate, or with one of another authority', async () => {
    const identity = await bench.join();
    const ask = (tls: Pick<Identity, 'key' | 'certificate'> | null): Promise<{ status: number }> => {
      const client = bench.client(identity, tls);
      return client.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: '0123456789abcdef' });
    };
    expect((await ask(null)).status).toBe(403);
    const other = AgentAuthority.open(join(bench.folder, 'other.pem'), Date.now());
    const { key, certificate } = other.issueServer(Date.now());
    expect((await ask({ key, certificate })).status).toBe(403);
  });

  test('no agent speaks with a server of another authority', async () => {
    const identity = await bench.join();
    const spool = bench.openSpool();
    await spool.append(alerts(0, 1));
    const mine = join(bench.folder, 'mine');
    const link = bench.connect(
      { ...identity, authority: AgentAuthority.open(mine, Date.now()).certificate },
      spool,
    );
    await until(() => link.stats().state === 'away');
    expect(await bench.storedNumbers()).toEqual([]);
  });

  test('a certificate ends, and is renewed before', async () => {
    const spool = bench.openSpool();
    const kept: Identity[] = [];
    const identity = await bench.join();
    const { serials } = bench.port.registry.list()[0]!;
    bench.connect(identity, spool, { keep: (renewed) => kept.push(renewed) });
    await spool.append(alerts(0, 1));
    await drained(spool);
    expect(kept).toEqual([]);
    // Two thirds of three hours and the hour before are over.
    bench.agentAheadMs = 1.8 * hourMs;
    await until(() => kept.length > 0);
    bench.agentAheadMs = 0;
    await spool.append(alerts(1, 2));
    await drained(spool);
    await until(() => bench.port.registry.list()[0]?.serials.length === 1);
    expect(bench.port.registry.list()[0]?.serials).not.toEqual(serials);
    expect(kept[0]?.key).not.toBe(identity.key);
    // The old one has ended with the first use of the new one.
    const client = bench.client(identity);
    const old = await client.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: spool.id });
    expect(old.status).toBe(403);
    expect(old.body).toContain('newer certificate');
    bench.serverAheadMs = 4 * hourMs;
    const late = bench.client(kept[0]!);
    const expired = await late.postJson(agentPaths.heartbeat, {}, { [spoolHeader]: spool.id });
    expect(expired.body).toContain('has expired');
  });
});

test('a certificate that cannot be kept is told once, and the old one is used on', async () => {
  const spool = bench.openSpool();
  const told: unknown[] = [];
  const tries: Identity[] = [];
  const log = { ...silentLog, error: (message: string, details: unknown) => told.push([message, details]) };
  const link = bench.connect(await bench.join(), spool, {
    log,
    keep: (renewed) => {
      tries.push(renewed);
      throw new AppError('file.write', 'no space left', { hint: 'Make room.' });
    },
  });
  bench.agentAheadMs = 1.8 * hourMs;
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
