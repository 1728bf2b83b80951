import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AgentLink, enrol, parseJoinToken } from '@lanner/agent';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pause } from '../lib/pause.ts';
import { recordingLog } from '../testkit/recording-log.ts';
import { agentBench, health } from './testkit/agent-bench.ts';

// A server that takes connections and says nothing, as a machine that hangs.
let silent: Server;
let url = '';
const connected: Socket[] = [];
const bench = agentBench();

beforeEach(async () => {
  silent = createServer((socket) => {
    socket.on('error', () => undefined);
    connected.push(socket);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
});

afterEach(() => {
  connected.splice(0).forEach((socket) => socket.destroy());
  silent.close();
});

test('an agent does not wait for a server that hangs when it is to end, and blames nobody', async () => {
  const joined = await bench.join();
  const stop = new AbortController();
  const log = recordingLog();
  const link = new AgentLink({
    ...{ spool: bench.openSpool(), log, sleep: pause, random: () => 0.5, now: Date.now },
    identify: () => Promise.resolve({ ...joined, server: url }),
    keep: () => undefined,
    health: () => health,
  });
  const running = link.run(stop.signal);
  await once(silent, 'connection');
  stop.abort();
  await running;
  expect(log.lines).toEqual([]);
});

test('an enrolment at a server that hangs ends with the signal', async () => {
  const stop = new AbortController();
  const token = parseJoinToken(
    `lnr_0123456789ab_${randomBytes(24).toString('base64url')}.${randomBytes(32).toString('base64url')}`,
  );
  const joining = enrol({ server: url, token, name: 'n', version: '1', signal: stop.signal });
  await once(silent, 'connection');
  stop.abort();
  await expect(joining).rejects.toMatchObject({ code: 'agent.unreachable' });
});
