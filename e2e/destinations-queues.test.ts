import { eventJson } from '@lanner/api';
import { hostileEvent, messageOf, numberedMessages } from '@lanner/hub/testkit';
import type { OpenDestination } from '@lanner/hub';
import { execFile, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { destinationServers, realServer } from './kit/destination-servers.ts';
import { freePorts, listening } from './kit/real-server.ts';
import { until } from './kit/waits.ts';

// Real servers of Debian: Redis, NATS, Mosquitto, RabbitMQ, and the brokers of librdkafka.
const run = promisify(execFile);
const { servers, open } = destinationServers();
const messages = [...numberedMessages(300), messageOf(hostileEvent())];
const wanted = messages.map(({ event }) => eventJson(event));

async function sendAll(destination: OpenDestination): Promise<void> {
  const counts: number[] = [];
  await destination.send(messages, (count) => counts.push(count));
  expect(counts.at(-1)).toBe(messages.length);
}

realServer('Redis', ['redis-server', 'redis-cli'], () => {
  let port = 0;
  let server: ChildProcess;
  async function start(): Promise<void> {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', servers.folder, '--save', ''];
    server = servers.start(['redis-server', ...options, '--requirepass', 'se cret']);
    await listening(port);
  }
  async function cli(...args: string[]): Promise<unknown> {
    const { stdout } = await run('redis-cli', ['-p', String(port), '--json', ...args], {
      env: { ...process.env, REDISCLI_AUTH: 'se cret' },
    });
    return JSON.parse(stdout);
  }
  const values = (more: object = {}): Record<string, string | number> => ({
    address: `127.0.0.1:${port}`,
    password: 'se cret',
    ...more,
  });
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    await start();
  });

  test('a list gets all events in order', async () => {
    await sendAll(await open('redis', values({ database: 3 })));
    expect(await cli('-n', '3', 'lrange', 'falco', '0', '-1')).toEqual(wanted);
  });

  test('a hash gets them under their uuids', async () => {
    await sendAll(await open('redis', values({ storagetype: 'hashmap', key: 'h' })));
    expect(await cli('hgetall', 'h')).toEqual(
      Object.fromEntries(messages.map(({ event }) => [event.uuid, eventJson(event)])),
    );
  });

  test('a wrong password and a server that went away fail for now; one that is back is found again', async () => {
    const stranger = await open('redis', values({ password: 'wrong' }));
    await expect(stranger.send(numberedMessages(1))).rejects.toMatchObject({ code: 'output.failed' });
    const destination = await open('redis', values({ key: 'again' }));
    await destination.send(numberedMessages(1));
    await servers.stop(server);
    await expect(destination.send(numberedMessages(1))).rejects.toMatchObject({ code: 'output.failed' });
    await start();
    await destination.send(numberedMessages(2));
    expect(await cli('llen', 'again')).toBe(2);
  });
});

realServer('NATS', ['nats-server'], () => {
  let port = 0;
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    servers.start([
      'nats-server',
      '-a',
      '127.0.0.1',
      '-p',
      String(port),
      '--user',
      'me',
      '--pass',
      's%c/ret',
    ]);
    await listening(port);
  });

  test('subjects are made of priority and rule', async () => {
    // A subscriber that knows no more of NATS than it must, and so shares nothing with the client.
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const login = JSON.stringify({ user: 'me', pass: 's%c/ret', verbose: false });
    socket.write(`CONNECT ${login}\r\nSUB falco.> 1\r\nPING\r\n`);
    await until('the subscription', () => text.includes('PONG'));
    const received = (): RegExpMatchArray[] => [...text.matchAll(/^MSG (\S+) 1 \d+\r\n(.*)\r\n/gm)];
    await sendAll(await open('nats', { hostport: `nats://me:s%25c%2Fret@127.0.0.1:${port}` }));
    await until('the messages', () => received().length === messages.length);
    expect(received().map(([, , payload]) => payload)).toEqual(wanted);
    expect(received()[0]?.[1]).toBe('falco.warning.terminal_shell_in_container');
    expect(received().at(-1)?.[1]).toMatch(/^falco\.warning\.[a-z0-9_]+$/);
    socket.destroy();
  });

  test('a wrong password fails for now', async () => {
    const stranger = await open('nats', { hostport: `nats://me:wrong@127.0.0.1:${port}` });
    await expect(stranger.send(numberedMessages(1))).rejects.toMatchObject({ code: 'output.failed' });
  });
});

realServer('MQTT (Mosquitto)', ['mosquitto', 'mosquitto_passwd', 'mosquitto_sub'], () => {
  let port = 0;
  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    const file = (name: string): string => join(servers.folder, name);
    writeFileSync(file('passwords'), '');
    await run('mosquitto_passwd', ['-b', file('passwords'), 'me', 'secret']);
    writeFileSync(
      file('mosquitto.conf'),
      `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${file('passwords')}\nuser root\npersistence false\nmax_queued_messages 0\n`,
    );
    servers.start(['mosquitto', '-c', file('mosquitto.conf')]);
    await listening(port);
  });

  test.each([0, 1, 2])('QoS %i: all events arrive in order', async (qos) => {
    const topic = `falco/qos${qos}`;
    let text = '';
    const args = ['-h', '127.0.0.1', '-p', String(port), '-u', 'me', '-P', 'secret', '-q', String(qos)];
    const subscriber = servers.start(['stdbuf', '-oL', 'mosquitto_sub', ...args, '-t', topic, '-d'], {
      onText: (more) => (text += more),
    });
    await until('the subscription', () => text.includes('SUBACK'));
    const credentials = { user: 'me', password: 'secret' };
    await sendAll(await open('mqtt', { broker: `tcp://127.0.0.1:${port}`, topic, qos, ...credentials }));
    const payloads = (): string[] => text.split('\n').filter((line) => line.startsWith('{'));
    await until('the messages', () => payloads().length === messages.length);
    expect(payloads()).toEqual(wanted);
    await servers.stop(subscriber);
  });

  test('a retained message stays, and a wrong password is told', async () => {
    const values = { broker: `mqtt://127.0.0.1:${port}`, topic: 'kept', user: 'me' };
    await (await open('mqtt', { ...values, password: 'secret', retained: true })).send(numberedMessages(2));
    const args = ['-h', '127.0.0.1', '-p', String(port), '-u', 'me', '-P', 'secret', '-t', 'kept', '-C', '1'];
    const { stdout } = await run('mosquitto_sub', [...args, '-W', '5']);
    expect(stdout.trim()).toBe(wanted[1]);
    const stranger = await open('mqtt', { ...values, password: 'wrong' });
    await expect(stranger.send(numberedMessages(1))).rejects.toThrow(/not authorised|password are wrong/);
  });
});

realServer('RabbitMQ', ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'epmd'], () => {
  let [port, management, distribution, epmd] = [0, 0, 0, 0];
  let broker: ChildProcess | null = null;
  beforeAll(async () => {
    [port = 0, management = 0, distribution = 0, epmd = 0] = await freePorts(4);
    const home = join(servers.folder, 'rabbit');
    mkdirSync(home);
    writeFileSync(
      join(home, 'rabbit.conf'),
      `listeners.tcp.1 = 127.0.0.1:${port}\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = ${management}\n` +
        'log.console = true\nlog.file = false\n',
    );
    writeFileSync(join(home, 'plugins'), '[rabbitmq_management].\n');
    broker = servers.start(['/usr/lib/rabbitmq/bin/rabbitmq-server'], {
      env: {
        HOME: home,
        RABBITMQ_NODENAME: `lanner${port}@localhost`,
        RABBITMQ_MNESIA_BASE: join(home, 'mn'),
        RABBITMQ_LOG_BASE: join(home, 'log'),
        RABBITMQ_CONFIG_FILE: join(home, 'rabbit.conf'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'plugins'),
        RABBITMQ_DIST_PORT: String(distribution),
        ERL_EPMD_PORT: String(epmd),
        ERL_EPMD_ADDRESS: '127.0.0.1',
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      },
    });
    await until('RabbitMQ', async () => (await api('GET', 'overview')) !== null, 60);
  }, 60_000);
  // It is a process of its own and would stay; it ends when the broker no longer is with it.
  afterAll(async () => {
    if (broker !== null) {
      await servers.stop(broker);
    }
    await run('epmd', ['-port', String(epmd), '-kill']);
  }, 30_000);

  async function api(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${management}/api/${path}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => null);
    return response?.ok === true ? response.text() : null;
  }

  test('a queue gets all events in order; without the queue they wait', async () => {
    const destination = await open('rabbitmq', {
      url: `amqp://guest:guest@127.0.0.1:${port}/`,
      queue: 'alerts',
    });
    await expect(destination.send(numberedMessages(1))).rejects.toThrow('has no queue "alerts"');
    await api('PUT', 'queues/%2f/alerts', { durable: true });
    await sendAll(destination);
    const got = await api('POST', 'queues/%2f/alerts/get', {
      count: 1000,
      ackmode: 'ack_requeue_false',
      encoding: 'auto',
    });
    const received = JSON.parse(String(got)) as { payload: string; properties: object }[];
    expect(received.map(({ payload }) => payload)).toEqual(wanted);
    expect(received[0]?.properties).toMatchObject({ content_type: 'text/plain', delivery_mode: 2 });
  });
});

realServer('Kafka (brokers of librdkafka)', ['kcat'], () => {
  /** A consumer with brokers in its own process: it prints what is produced to them. */
  async function startBrokers(topic: string): Promise<{ hostport: string; received: () => string[] }> {
    let text = '';
    let log = '';
    servers.start(
      [
        ...['kcat', '-C', '-u', '-b', 'unused', '-t', topic, '-o', 'beginning', '-d', 'mock'],
        ...['-X', 'test.mock.num.brokers=2', '-X', 'topic.metadata.refresh.interval.ms=100'],
        ...['-f', '%p|%s\\n'],
      ],
      { onText: (more) => (text += more), onError: (more) => (log += more) },
    );
    const address = (): string | undefined =>
      /bootstrap\.servers[^\n]*?((?:127\.0\.0\.1:\d+,?)+)/.exec(log)?.[1];
    await until('the brokers', () => address() !== undefined);
    return {
      hostport: address() ?? '',
      received: () => text.split('\n').filter((line) => /^\d+\|\{/.test(line)),
    };
  }

  test.each(['NONE', 'GZIP', 'SNAPPY', 'LZ4', 'ZSTD'])(
    'compression %s: every partition gets its events in order',
    async (compression) => {
      const topic = `falco-${compression.toLowerCase()}`;
      const { hostport, received } = await startBrokers(topic);
      await sendAll(
        await open('kafka', { hostport, topic, compression, requiredacks: 'ALL', topiccreation: true }),
      );
      await until('the messages', () => received().length === messages.length);
      const partitions = Map.groupBy(received(), (line) => line.split('|', 1)[0]);
      expect(partitions.size).toBeGreaterThan(1);
      const order = new Map(wanted.map((text, i) => [text, i]));
      for (const lines of partitions.values()) {
        const places = lines.map((line) => order.get(line.slice(line.indexOf('|') + 1)) ?? NaN);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
      }
      expect(new Set(received().map((line) => line.slice(line.indexOf('|') + 1)))).toEqual(new Set(wanted));
    },
  );
});
