import { request } from 'node:https';
import { zstdCompressSync } from 'node:zlib';
import { agentPaths, agentServerName, protocolHeader, spoolHeader } from '@lanner/api';
import { describe, expect, test } from 'vitest';
import { agentBench, alerts, drained, health, until } from './testkit/agent-bench.ts';

const bench = agentBench();

describe('versions', () => {
  test.each([
    [2, 'connected'],
    [0, 'connected'],
    [3, 'refused'],
  ])('an agent of protocol %d is %s', async (protocol, state) => {
    const spool = bench.openSpool();
    await spool.append(alerts(0, 2));
    const link = bench.connect(await bench.join(), spool, { protocol });
    await until(() => link.stats().state === state);
    if (state === 'connected') {
      await drained(spool);
    }
    expect(await bench.storedNumbers()).toEqual(state === 'connected' ? [0, 1] : []);
  });

  test('a server that is too new, or none of ours, is told from one that is away', async () => {
    const identity = await bench.join();
    const newer = await bench.start(3, 0, bench.port.store);
    const client = bench.client(identity, identity, newer.url);
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
    const identity = await bench.join();
    const client = bench.client(identity);
    const answer = await client.post(path, Buffer.from(body), {
      [spoolHeader]: '0123456789abcdef',
      ...headers,
    });
    expect(answer.status).toBe(status);
    expect(await bench.storedNumbers()).toEqual([]);
  });

  test('a body that unpacks to too much is refused, and so are endless spools', async () => {
    const identity = await bench.join();
    const client = bench.client(identity);
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
    const identity = await bench.join();
    const client = bench.client(identity);
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

  test('an agent whose batches never end does not keep others from sending', async () => {
    const [slow, other] = [await bench.join(), await bench.join()];
    const { authority, key, certificate } = slow;
    const answered: Promise<number | undefined>[] = [];
    for (let i = 0; i < 10; i++) {
      const sent = request(`${bench.port.url}${agentPaths.batch}`, {
        method: 'POST',
        ...{ ca: authority, key, cert: certificate, servername: agentServerName, agent: false },
        headers: {
          'content-length': 1000,
          [protocolHeader]: '1',
          [spoolHeader]: '0123456789abcdef',
        },
      });
      answered.push(new Promise((resolve) => sent.once('response', (answer) => resolve(answer.statusCode))));
      sent.on('error', () => undefined);
      sent.write('1 alert');
      bench.whenClosed(() => Promise.resolve(sent.destroy()));
    }
    // All but those that are still read are sent away.
    const refused = new Set<number | undefined>();
    let heard = 0;
    answered.forEach((answer) => void answer.then((status) => (heard++, refused.add(status))));
    await until(() => heard === 8);
    expect(refused).toEqual(new Set([429]));
    const answer = await bench
      .client(other)
      .post(agentPaths.batch, Buffer.from(''), { [spoolHeader]: '0123456789abcdef' });
    expect(answer.status).toBe(200);
  });

  test('plain HTTP is not spoken', async () => {
    const answered = await new Promise((resolve) => {
      request(bench.port.url.replace('127.0.0.1', 'localhost'), { rejectUnauthorized: true }, resolve)
        .once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        .end();
    });
    expect(answered).toMatch(/CERT|VERIFY/);
  });
});
