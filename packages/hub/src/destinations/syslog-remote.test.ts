import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { eventJson, type FalcoEvent } from '@lanner/api';
import { silentLog } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import { nodeEffects } from '../node-effects.ts';
import { hostileEvent, messageOf, sampleEvent } from '../testkit/events.ts';
import { sectionSettings } from '../testkit/settings.ts';
import { startTcpServer } from '../testkit/tcp-server.ts';
import { destination } from './syslog-remote.ts';

const effects = nodeEffects(silentLog, () => Promise.resolve());

async function sentOverTcp(
  events: readonly FalcoEvent[],
  values: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  let text = '';
  const server = await startTcpServer((socket) => {
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  });
  const settings = sectionSettings('syslog', { host: '127.0.0.1', port: String(server.port), ...values });
  const open = await destination.open(settings, effects);
  await open.send(events.map(messageOf));
  while (text.split('\n').length <= events.length) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await open.close();
  await server.close();
  return text.split('\n').slice(0, -1);
}

test('a message is a line with priority, time, host and tag; the protocol is TCP unless set', async () => {
  const event = sampleEvent({ priority: 'Critical' });
  const lines = await sentOverTcp([event, sampleEvent({ hostname: '' })]);
  expect(lines[0]).toBe(`<2>2026-11-24T09:46:16Z node-1 Falco[${process.pid}]: ${eventJson(event)}`);
  expect(lines[1]).toMatch(`<4>2026-11-24T09:46:16Z ${hostname()} Falco[`);
});

describe('Common Event Format', () => {
  test('has the parts of the event', async () => {
    const event = sampleEvent({ output_fields: { 'user.name': 'root', 'proc.pid': 7 } });
    const [line] = await sentOverTcp([event], { format: 'cef' });
    expect(line).toContain(
      ': CEF:0|Falcosecurity|Falco|1.0|Falco Event|Terminal shell in container|6|' +
        `uuid=${event.uuid} start=2026-11-24T09:46:16Z ` +
        'msg=09:46:16.105: Warning A shell was started in a container (user\\=root) source=syscalls ' +
        'hostname=node-1 outputfields=proc.pid:7 user.name:root tags=container,shell',
    );
  });

  test('no text ends its part', async () => {
    const lines = await sentOverTcp([hostileEvent(), sampleEvent()], { format: 'cef' });
    expect(lines).toHaveLength(2);
    const [header = '', extension = ''] = /^(.*?\|6\|)(.*)$/.exec(lines[0] ?? '')?.slice(1) ?? [];
    expect(header.replace(/\\./g, '').split('|')).toHaveLength(8);
    const keys = extension.replace(/\\./g, '').match(/\w+(?==)/g);
    expect(keys).toEqual(['uuid', 'start', 'msg', 'source', 'hostname', 'outputfields', 'tags']);
  });
});

test('a connection that the server ended is made anew', async () => {
  let text = '';
  let connections = 0;
  const server = await startTcpServer((socket) => {
    connections++;
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      socket.end();
    });
  });
  const settings = sectionSettings('syslog', { host: '127.0.0.1', port: String(server.port) });
  const open = await destination.open(settings, effects);
  for (let sent = 1; sent <= 3; sent++) {
    await open.send([messageOf(sampleEvent())]);
    // Until the end of the connection has arrived here too.
    while (text.split('\n').length <= sent) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(connections).toBe(3);
  await open.close();
  await server.close();
});

test('over UDP a message is a datagram, and one that does not fit is refused', async () => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const settings = sectionSettings('syslog', {
    host: '127.0.0.1',
    port: String(socket.address().port),
    protocol: 'UDP',
  });
  const open = await destination.open(settings, effects);
  const received = once(socket, 'message') as Promise<[Buffer]>;
  await open.send([messageOf(sampleEvent())]);
  expect((await received)[0].toString()).toMatch(/^<4>2026-11-24T09:46:16Z node-1 Falco\[\d+\]: \{"uuid"/);
  await expect(open.send([messageOf(sampleEvent({ output: 'x'.repeat(70_000) }))])).rejects.toMatchObject({
    code: 'output.rejected',
  });
  await open.close();
  socket.close();
});

test.each([
  [{ protocol: 'sctp' }, 'syslog.protocol'],
  [{ port: 'x' }, 'syslog.host'],
])('settings that cannot work are refused: %j', async (values, message) => {
  const settings = sectionSettings('syslog', { host: 'h', ...values });
  await expect(destination.open(settings, effects)).rejects.toThrow(message);
});
