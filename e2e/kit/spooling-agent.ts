// The agent's half without a sensor: spools numbered alerts as fast as the disk takes them, says on standard output which
// are promised, and sends them. Started by tests, which kill it.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentLink, readIdentity, Spool } from '@lanner/agent';
import { silentLog } from '@lanner/core';

const [, , folder = '', identityPath = '', lane = ''] = process.argv;
const identity = readIdentity(identityPath);
if (identity === null) {
  throw new Error(`${identityPath} is missing`);
}
const spool = Spool.open({
  folder,
  maxBytes: 2 ** 28,
  maxAgeMs: Infinity,
  now: Date.now,
  log: silentLog,
  newId: () => randomBytes(8).toString('hex'),
});
const link = new AgentLink({
  spool,
  identify: () => Promise.resolve(identity),
  keep: () => undefined,
  health: () => ({
    version: 'test',
    startedMs: 0,
    sensor: 'off',
    events: 0,
    drops: 0,
    alertsLost: 0,
    blindRules: 0,
    blindSeconds: 0,
    notes: [],
  }),
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) => sleep(Math.min(ms, 100), undefined, { signal }).catch(() => undefined),
  log: silentLog,
  heartbeatMs: 100,
});
const stop = new AbortController();
const running = link.run(stop.signal);
let spooling = true;
process.on('SIGTERM', () => {
  spooling = false;
});
for (let i = 0; spooling; i++) {
  const names = Array.from({ length: 1 + (i % 20) }, (_, part) => `${lane}/${i}/${part}`);
  await spool.append(names.map((name) => ({ kind: 'alert', payload: alert(name) })));
  process.stdout.write(`${names.join('\n')}\n`);
  await sleep(1);
}
while (spool.stats().waiting > 0) {
  await sleep(5);
}
stop.abort();
await running;
await spool.close();
process.stdout.write('drained\n');

function alert(name: string): string {
  return JSON.stringify({
    output: `10:00:00.000000000: Error ${name} happened`,
    priority: 'Error',
    rule: 'Numbered',
    time: '2026-01-02T03:04:05.000000000Z',
    source: 'syscall',
    output_fields: { 'proc.name': 'sh', 'fd.name': name, 'evt.time': 1 },
  });
}
