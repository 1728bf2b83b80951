// The agent's half without a sensor: spools marked alerts as fast as the disk takes them, says on standard output which
// are sent to the spool (`+mark`) and which are promised (`=mark`), and sends them. Without a lane it only sends what waits.
// It is started by jobs that kill it.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentLink, readIdentity, Spool } from '@lanner/agent';
import { exactJson } from '@lanner/api';
import { silentLog } from '@lanner/core';
import { markedAlerts } from './marked-alerts.ts';

const [, , folder = '', identityPath = '', lane = '', seed = '1'] = process.argv;
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
let spooling = lane !== '';
process.on('SIGTERM', () => {
  spooling = false;
});
const maxUnderWay = 8;
const alerts = markedAlerts(lane, Number(seed));
const underWay = new Set<Promise<void>>();
for (let i = 0; spooling; i++) {
  const batch = Array.from({ length: 1 + (i % 20) }, () => alerts.next().value);
  say('+', batch);
  const appended = spool
    .append(batch.map(({ event }) => ({ kind: 'alert', payload: exactJson(event) })))
    .then(() => {
      say('=', batch);
      underWay.delete(appended);
    });
  underWay.add(appended);
  // The disk is kept busy: several that wait share a sync, as alerts of a burst do.
  if (underWay.size >= maxUnderWay) {
    await Promise.race(underWay);
  }
  await sleep(1);
}
await Promise.all(underWay);
while (spool.stats().waiting > 0) {
  await sleep(5);
}
stop.abort();
await running;
await spool.close();
process.stdout.write('drained\n');

function say(sign: string, batch: readonly { readonly mark: string }[]): void {
  process.stdout.write(batch.map(({ mark }) => `${sign}${mark}\n`).join(''));
}
