import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { type AppError, type Log, silentLog } from '@lanner/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Destination, DestinationEffects, OpenDestination } from './destination.ts';
import { destinations } from './destinations/registry.gen.ts';
import { nodeEffects } from './node-effects.ts';
import { hostileEvent, messageOf, numberedMessages, sampleEvent } from './testkit/events.ts';
import { type HttpReceiver, startHttpReceiver } from './testkit/http-receiver.ts';
import { type DatagramRig, type HttpRig, loadRigs, type Rig, type TcpRig } from './testkit/rig.ts';
import { sectionSettings, type SettingValue } from './testkit/settings.ts';
import { closedPort, startTcpServer } from './testkit/tcp-server.ts';

const rigs = await loadRigs();
const rigged = destinations.flatMap((destination): [string, Destination, Rig | undefined][] =>
  destination.sidekick === undefined ? [] : [[destination.id, destination, rigs.get(destination.id)]],
);
const shortTimeoutMs = 60;
const opened: OpenDestination[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((destination) => destination.close()));
});

async function open(
  destination: Destination,
  values: Readonly<Record<string, SettingValue>>,
  effects: Partial<DestinationEffects> = {},
): Promise<OpenDestination> {
  const made = await destination.open(sectionSettings(destination.sidekick?.section ?? '', values), {
    ...nodeEffects(silentLog, () => Promise.resolve()),
    environment: () => undefined,
    ...effects,
  });
  opened.push(made);
  return made;
}

/** Leads requests for addresses that are fixed, such as a vendor's, to the receiver. */
function ledTo(base: string): Partial<DestinationEffects> {
  const { request } = nodeEffects(silentLog, () => Promise.resolve());
  return {
    request: (url, options, body) =>
      url.hostname === '127.0.0.1'
        ? request(url, options, body)
        : request(new URL(url.pathname + url.search, base), { ...options, agent: false }, body),
  };
}

function expectSecretsHidden(error: unknown, log: readonly unknown[], rig: Rig): void {
  const { message, hint, details, cause } = error as AppError;
  const told = JSON.stringify([message, hint, details, String(cause), log]);
  for (const secret of rig.secrets) {
    expect(told).not.toContain(secret);
  }
}

function recordingLog(entries: unknown[]): Log {
  const record = (message: string, more?: unknown): void => void entries.push([message, more]);
  return { debug: record, info: record, warn: record, error: record };
}

async function failureOf(sending: Promise<void>): Promise<AppError> {
  const error: unknown = await sending.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  return error as AppError;
}

// Holds for every destination of falcosidekick's configuration, also for those that will be written later.
describe.each(rigged)('%s', (_id, destination, rig) => {
  test('has a rig, so that what follows is shown for it', () => {
    expect(rig).toBeDefined();
    expect(rig?.secrets).toBeDefined();
  });

  test('is switched on by keys that its section has', () => {
    const settings = sectionSettings(destination.sidekick?.section ?? '', {});
    for (const key of destination.sidekick?.enabledBy ?? []) {
      expect(settings.text(key)).toBe('');
    }
    expect(destination.sidekick?.enabledBy).not.toEqual([]);
  });

  if (rig?.over === 'http') {
    overHttp(destination, rig);
  } else if (rig?.over === 'tcp') {
    overTcp(destination, rig);
  } else if (rig?.over === 'udp') {
    overUdp(destination, rig);
  }
});

test('names in metrics are given once', () => {
  const names = destinations.flatMap(({ sidekick }) => (sidekick === undefined ? [] : [sidekick.metricName]));
  expect(new Set(names).size).toBe(names.length);
});

function overHttp(destination: Destination, rig: HttpRig): void {
  let receiver: HttpReceiver;
  const accept: HttpReceiver['answer'] = (request) => rig.accept?.(request) ?? { status: 200 };
  beforeAll(async () => {
    receiver = await startHttpReceiver();
  });
  afterAll(() => receiver.close());

  async function start(effects: Partial<DestinationEffects> = {}): Promise<OpenDestination> {
    receiver.requests.length = 0;
    receiver.answer = accept;
    return open(destination, rig.settings(receiver.url), { ...ledTo(receiver.url), ...effects });
  }
  const received = (): string[] => receiver.requests.flatMap((request) => rig.outputs?.(request) ?? []);

  test('sends everything in order and says how much has arrived', async () => {
    const target = await start();
    const messages = numberedMessages(40);
    const counts: number[] = [];
    await target.send(messages, (count) => counts.push(count));
    if (rig.outputs !== undefined) {
      expect(received()).toEqual(messages.map(({ event }) => event.output));
    }
    expect(counts.at(-1)).toBe(40);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });

  test('goes on after a failure with what has not arrived', async () => {
    const target = await start();
    const messages = numberedMessages(5);
    receiver.answer = (request) => (receiver.requests.length === 2 ? { status: 503 } : accept(request));
    let arrived = 0;
    for (let attempts = 0; arrived < 5 && attempts < 3; attempts++) {
      const rest = messages.slice(arrived);
      const before = arrived;
      await target.send(rest, (count) => (arrived = before + count)).catch(() => undefined);
    }
    expect(arrived).toBe(5);
    if (rig.outputs !== undefined) {
      expect(new Set(received())).toEqual(new Set(messages.map(({ event }) => event.output)));
    }
  });

  test.each([408, 429, 500, 502, 503, 504])('answer %i: a later attempt may succeed', async (status) => {
    const target = await start();
    receiver.answer = () => ({ status, headers: { 'retry-after': '7' } });
    const error = await failureOf(target.send(numberedMessages(2)));
    expect(error.code).toBe('output.failed');
    expect(error.details).toEqual({ status, retryAfterMs: 7000 });
  });

  test.each([400, 413, 422])('answer %i: the alert is refused for good', async (status) => {
    const target = await start();
    receiver.answer = () => ({ status, body: 'no such thing' });
    const counts: number[] = [];
    const error = await failureOf(target.send(numberedMessages(3), (count) => counts.push(count)));
    expect(error.code).toBe('output.rejected');
    expect(counts).toEqual([]);
  });

  test('a receiver that is not there, and one that never answers or never ends, may answer later', async () => {
    const nowhere = `http://127.0.0.1:${await closedPort()}`;
    const gone = await open(destination, rig.settings(nowhere), ledTo(nowhere));
    expect((await failureOf(gone.send(numberedMessages(1)))).code).toBe('output.failed');
    const target = await start({ timeoutMs: shortTimeoutMs });
    receiver.answer = () => null;
    expect((await failureOf(target.send(numberedMessages(1)))).code).toBe('output.timeout');
    receiver.answer = () => ({ status: 200, stalls: true });
    expect((await failureOf(target.send(numberedMessages(1)))).code).toBe('output.timeout');
  });

  test('secrets stay secret, even when the receiver repeats them', async () => {
    const entries: unknown[] = [];
    const target = await start({ log: recordingLog(entries) });
    for (const status of [400, 401, 403, 404, 500]) {
      receiver.answer = ({ path, headers, body }) => ({
        status,
        body: `${path} ${JSON.stringify(headers)} ${body}`.slice(0, 400),
      });
      expectSecretsHidden(await failureOf(target.send(numberedMessages(1))), entries, rig);
      receiver.answer = ({ headers, body }) => ({
        status,
        body: `${String(headers.authorization)} ${body}`,
      });
      expectSecretsHidden(await failureOf(target.send(numberedMessages(1))), entries, rig);
    }
  });

  test('hostile texts stay texts', async () => {
    const target = await start();
    const hostile = { ...hostileEvent(), ...rig.hostile };
    await target.send([messageOf(hostile), messageOf(sampleEvent({ output: 'after' }))]);
    if (rig.outputs !== undefined) {
      expect(received()).toHaveLength(2);
      expect(received().at(-1)).toBe('after');
    }
    for (const { headers } of receiver.requests) {
      expect(headers).not.toHaveProperty('x-injected');
    }
  });
}

function overTcp(destination: Destination, rig: TcpRig): void {
  test('a server that is not there may be there later', async () => {
    const entries: unknown[] = [];
    const target = await open(destination, rig.settings(await closedPort()), {
      log: recordingLog(entries),
      timeoutMs: 2000,
    });
    const error = await failureOf(target.send(numberedMessages(1)));
    expect(error).toMatchObject({ code: expect.stringMatching(/^output\.(?:failed|timeout)$/) as string });
    expectSecretsHidden(error, entries, rig);
  });

  if (rig.acknowledged === false) {
    return;
  }

  const expectFailure = async (server: Awaited<ReturnType<typeof startTcpServer>>): Promise<void> => {
    const entries: unknown[] = [];
    const target = await open(destination, rig.settings(server.port), {
      log: recordingLog(entries),
      timeoutMs: shortTimeoutMs,
    });
    const error = await failureOf(target.send(numberedMessages(1)));
    expect(error).toMatchObject({ code: expect.stringMatching(/^output\.(?:failed|timeout)$/) as string });
    expectSecretsHidden(error, entries, rig);
    await server.close();
  };

  test('a server that never answers is given up in time', async () => {
    const server = await startTcpServer((socket) => void socket.resume());
    await expectFailure(server);
  });

  test.each([
    ['talks nonsense', '\u0000\u00ff'.repeat(600)],
    ['talks HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['hangs up', ''],
  ])('a server that %s may be right later, and secrets stay secret', async (_what, text) => {
    const server = await startTcpServer((socket) => void socket.resume().end(Buffer.from(text, 'latin1')));
    await expectFailure(server);
  });
}

function overUdp(destination: Destination, rig: DatagramRig): void {
  test('tells of every event in order, whatever its texts', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const datagrams: string[] = [];
    socket.on('message', (datagram) => datagrams.push(datagram.toString()));
    const target = await open(destination, rig.settings(socket.address().port));
    const counts: number[] = [];
    await target.send([...numberedMessages(3), messageOf(hostileEvent())], (count) => counts.push(count));
    while (datagrams.flatMap((datagram) => Array.from({ length: rig.count(datagram) })).length < 4) {
      await once(socket, 'message');
    }
    expect(counts.at(-1)).toBe(4);
    socket.close();
  });
}
