import { parentPort, workerData } from 'node:worker_threads';
import { prepareLiveSensor, type PreparedSensor, procFiles, ProcessSource } from '@lanner/sensor';
import { collectGarbage } from './collect-garbage.ts';
import { LiveEngine } from './engine.ts';
import type { BellMessage, EngineMessage } from './protocol.ts';
import { answer, readRing, remoteLog } from './serve.ts';
import type { WorkerSettings } from './start-worker.ts';

/** Timing one takes a few microseconds: for each of the others that is a few nanoseconds. */
const sampledEvents = 1024;

const { system, procRoot, asksContainers } = workerData as WorkerSettings;
if (parentPort === null) {
  throw new Error('this file is the entry of a thread');
}
const port = parentPort;

const send = (message: EngineMessage, transfer?: ArrayBuffer): void => {
  port.postMessage(message, transfer === undefined ? [] : [transfer]);
};
const log = remoteLog(send);
const engine = new LiveEngine({
  async prepareSource({ ringBytes, cpusPerRing }) {
    const perRing = cpusPerRing === null ? {} : { cpusPerRing };
    const { ready } = await prepareLiveSensor({ ringBytes, ...perRing, log });
    return { ready: ready.then(withoutPrivileges) };
  },
  processes: new ProcessSource({ files: procFiles(procRoot), now: Date.now }),
  system,
  asksContainers,
  send,
  tellBell(fd) {
    port.postMessage({ kind: 'bell', fd } satisfies BellMessage);
  },
  log,
  usage() {
    const { user, system: kernel } = process.threadCpuUsage();
    return { cpuSeconds: (user + kernel) / 1e6, rssBytes: process.memoryUsage.rss() };
  },
  collectGarbage,
  sampling: { every: sampledEvents, clockMs: () => performance.now(), random: Math.random },
  now: Date.now,
});
/** This thread reads what anybody on the machine writes: once it sees events it has only what it needs for them. */
function withoutPrivileges(prepared: PreparedSensor): PreparedSensor {
  return {
    ...prepared,
    open(options) {
      const sensor = prepared.open(options);
      sensor.dropPrivileges();
      return sensor;
    },
  };
}

answer(port, engine);
await readRing(engine);
port.close();
