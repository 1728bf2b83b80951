import { silentLog } from '@lanner/core';
import {
  type AlertMessage,
  type DestinationEffects,
  DestinationQueue,
  destinations,
  type DestinationSettings,
  nodeEffects,
  OutputHub,
} from '@lanner/hub';
import { type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';

const perSecond = 10_000;
const seconds = 3;
const sent = perSecond * seconds;
/** How many a queue holds here: far fewer than are sent, so that slow destinations overflow. */
const capacity = 2000;
/** Room for two steps of the flood; the good ones are waited for before another. */
const goodCapacity = 2 * capacity;
const goodOnes = ['stdout', 'good file'];
/** Well over what three full queues hold, well under the 60 MB that were sent. */
const maxHeapGrowth = 40 * 2 ** 20;
const slowWriteMs = 50;

const folder = mkdtempSync(join(tmpdir(), 'lanner-outputs-'));
const children: ChildProcess[] = [];
afterAll(() => {
  children.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const filling = 'x'.repeat(1950);

/** 2 KB; copied, so that each holds its own memory, as printed alerts do. */
function alertLine(i: number): string {
  return Buffer.from(`{"priority":"Warning","rule":"Flood","n":${i},"output":"${filling}"}`).toString(
    'latin1',
  );
}

function settingsOf(values: Readonly<Record<string, string | number | boolean>>): DestinationSettings {
  return {
    text: (key) => String(values[key] ?? ''),
    flag: (key) => values[key] === true,
    number: (key) => Number(values[key] ?? 0),
    list: () => [],
    map: () => ({}),
    json: true,
  };
}

async function queueOf(
  id: string,
  values: Readonly<Record<string, string | number | boolean>>,
  effects: DestinationEffects,
  queueCapacity = capacity,
): Promise<DestinationQueue> {
  const destination = destinations.find((candidate) => candidate.id === id);
  if (destination === undefined) {
    throw new Error(`no destination ${id}`);
  }
  return new DestinationQueue(await destination.open(settingsOf(values), effects), {
    id,
    capacity: queueCapacity,
    maxBytes: 64 * 2 ** 20,
    timeoutMs: 500,
    log: silentLog,
  });
}

/** A server on loopback that takes connections and never answers. */
async function silentServer(): Promise<{ url: string; connections: () => number; close: () => void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/`,
    connections: () => sockets.length,
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}

test('10,000 alerts a second: slow and dead outputs cost the good ones nothing, and every alert is accounted for', async () => {
  const server = await silentServer();
  let stdout = '';
  let stdoutLines = 0;
  const real = nodeEffects(silentLog, (text) => {
    stdoutLines += text.split('\n').length - 1;
    stdout = text;
    return Promise.resolve();
  });
  const effects: DestinationEffects = {
    ...real,
    spawn: (...args) => {
      const child = real.spawn(...args);
      children.push(child);
      return child;
    },
  };
  const slow: DestinationEffects = {
    ...effects,
    openAppend: async (path) => {
      const file = await real.openAppend(path);
      return {
        append: async (text) => {
          await wait(slowWriteMs);
          await file.append(text);
        },
        close: file.close,
      };
    },
  };
  const good = join(folder, 'good.jsonl');
  const slowFile = join(folder, 'slow.jsonl');
  const queues = new Map([
    ['stdout', await queueOf('stdout', {}, effects, goodCapacity)],
    ['good file', await queueOf('file', { filename: good, keep_alive: true }, effects, goodCapacity)],
    // With batches of up to 512 it would just keep up; a smaller queue makes it too slow.
    ['slow file', await queueOf('file', { filename: slowFile, keep_alive: true }, slow, 400)],
    ['hanging program', await queueOf('program', { program: 'sleep 60', keep_alive: true }, effects)],
    ['dead endpoint', await queueOf('http', { url: server.url, max_consecutive_timeouts: 5 }, effects)],
  ]);
  const hub = new OutputHub(queues);

  const { peakBytes, seen } = await flood(hub);

  // The good ones kept up: what is still on its way is delivered at once.
  await settled(() => goodOnes.every((id) => hub.stats().get(id)?.waiting === 0));
  const before = hub.stats();
  for (const id of goodOnes) {
    expect(before.get(id), id).toEqual({ delivered: sent, dropped: 0, failed: 0, waiting: 0, stuck: false });
  }
  expect(stdoutLines).toBe(sent);
  expect(stdout.endsWith(`${alertLine(sent - 1)}\n`)).toBe(true);
  const wanted = Array.from({ length: sent }, (_, i) => `${alertLine(i)}\n`).join('');
  expect(readFileSync(good, 'latin1') === wanted, 'the good file has every alert, in order').toBe(true);

  // The others overflowed, are known to be stuck, and lost nothing without counting it.
  for (const id of ['slow file', 'hanging program', 'dead endpoint']) {
    expect(before.get(id)?.dropped, id).toBeGreaterThan(sent / 10);
  }
  for (const id of ['hanging program', 'dead endpoint']) {
    expect(before.get(id)?.stuck, id).toBe(true);
  }
  expect(before.get('dead endpoint')?.delivered).toBe(0);
  // Delivered to a program means that its pipe took it: at most what the kernel's buffer holds.
  expect(before.get('hanging program')?.delivered).toBeLessThan(200);
  expect(server.connections()).toBeGreaterThan(0);
  expect(seen.unaccounted).toEqual([]);

  const closing = performance.now();
  children.forEach((child) => child.kill('SIGKILL'));
  await hub.close(500);
  expect(performance.now() - closing).toBeLessThan(3000);
  server.close();
  const after = hub.stats();
  for (const [id, { delivered, failed, dropped, waiting }] of after) {
    expect(delivered + failed + dropped, id).toBe(sent);
    expect(waiting, id).toBe(0);
  }
  expect(readFileSync(slowFile, 'utf8').split('\n').length - 1).toBe(after.get('slow file')?.delivered);

  expect(peakBytes).toBeLessThan(maxHeapGrowth);
});

/**
 * Sends at the asked rate in steps of 10 ms, less on a machine that is busy with something else, so that even the good
 * ones could not keep up; looks at the counters and at the memory meanwhile.
 */
async function flood(hub: OutputHub): Promise<{ peakBytes: number; seen: { unaccounted: string[] } }> {
  const heap = heapMeter();
  const seen: { unaccounted: string[] } = { unaccounted: [] };
  const start = performance.now();
  let peakBytes = 0;
  let checkAt = sent / 10;
  for (let count = 0; count < sent;) {
    if (goodOnes.some((id) => (hub.stats().get(id)?.waiting ?? 0) > capacity)) {
      await wait(10);
      continue;
    }
    const due = Math.min(sent, Math.ceil(((performance.now() - start) / 1000) * perSecond));
    // A step is no larger than a queue, also after a pause of the machine.
    for (const end = Math.min(due, count + capacity / 2); count < end; count++) {
      const message: AlertMessage = { line: alertLine(count), priority: 4 };
      hub.send(message);
    }
    if (count >= checkAt) {
      checkAt += sent / 10;
      peakBytes = Math.max(peakBytes, heap());
      seen.unaccounted.push(...unaccounted(hub, count));
    }
    await wait(10);
  }
  return { peakBytes, seen };
}

function unaccounted(hub: OutputHub, count: number): string[] {
  return [...hub.stats()]
    .filter(([, { delivered, failed, dropped, waiting }]) => delivered + failed + dropped + waiting !== count)
    .map(([id, stats]) => `${id} after ${count}: ${JSON.stringify(stats)}`);
}

async function settled(isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !isDone(); i++) {
    await wait(10);
  }
}

/** Bytes that are reachable now beyond those at the start. */
function heapMeter(): () => number {
  setFlagsFromString('--expose-gc');
  // A new context has the global that the flag brings; the running one keeps its globals.
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  return () => used() - before;
}
