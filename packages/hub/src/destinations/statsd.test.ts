import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { silentLog } from '@lanner/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeEffects } from '../node-effects.ts';
import { messageOf, sampleEvent } from '../testkit/events.ts';
import { sectionSettings } from '../testkit/settings.ts';
import { destination } from './statsd.ts';

let server: Socket;
beforeAll(async () => {
  server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

test('counts alerts by priority and deliveries of others, with tags where they are set', async () => {
  const settings = sectionSettings('statsd', {
    forwarder: `127.0.0.1:${server.address().port}`,
    tags: ['env:prod', 'a|b'],
  });
  const open = await destination.open(
    settings,
    nodeEffects(silentLog, () => Promise.resolve()),
  );
  const received = once(server, 'message') as Promise<[Buffer]>;
  await open.send([
    messageOf(sampleEvent()),
    messageOf(sampleEvent({ priority: 'Critical' })),
    messageOf(sampleEvent()),
  ]);
  expect((await received)[0].toString().split('\n')).toEqual([
    'falcosidekick.total:3|c|#env:prod,ab',
    'falcosidekick.inputs.requests.accepted:3|c|#env:prod,ab',
    'falcosidekick.falco.accepted.Warning:2|c|#env:prod,ab',
    'falcosidekick.falco.accepted.Critical:1|c|#env:prod,ab',
  ]);
  const noted = once(server, 'message') as Promise<[Buffer]>;
  open.note?.('slack', 'error', 2);
  expect((await noted)[0].toString()).toBe('falcosidekick.outputs.slack.error:2|c|#env:prod,ab');
  const refused = once(server, 'message') as Promise<[Buffer]>;
  open.noteRejected?.(1);
  expect((await refused)[0].toString()).toBe('falcosidekick.inputs.requests.rejected:1|c|#env:prod,ab');
  await open.close();
});

test('an address that is none is told at the start', async () => {
  const settings = sectionSettings('statsd', { forwarder: 'a b' });
  await expect(
    (async () =>
      destination.open(
        settings,
        nodeEffects(silentLog, () => Promise.resolve()),
      ))(),
  ).rejects.toThrow('statsd.forwarder is no address of a server');
});
