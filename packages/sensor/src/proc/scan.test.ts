import { closeSync, openSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { fdTypes } from '@lanner/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FdRecord, ThreadRecord } from '../capture/records.ts';
import { StateTables } from '../state/tables.ts';
import { ProcessSource } from './process-source.ts';
import { procFiles, type ProcFiles } from './proc-files.ts';
import { descendants, scanProcesses } from './scan.ts';

/** A process file system with these processes: id, parent, threads beside the leader. */
function fakeProc(
  processes: readonly (readonly [pid: number, ppid: number, threads?: readonly number[]])[],
): {
  files: ProcFiles;
  reads: string[];
} {
  const reads: string[] = [];
  const leaderOf = (tid: number): (typeof processes)[number] | undefined =>
    processes.find(([pid, , threads]) => pid === tid || threads?.includes(tid));
  const files: ProcFiles = {
    text(path) {
      reads.push(path);
      if (path === 'uptime') {
        return '100.00 5.0';
      }
      const [, tid, file] = /^(?:\d+\/task\/)?(\d+)\/(\w+)$/.exec(path) ?? [];
      const leader = leaderOf(Number(tid));
      if (leader === undefined) {
        return null;
      }
      const [pid, ppid] = leader;
      switch (file) {
        case 'status':
          return `Tgid:\t${pid}\nPPid:\t${ppid}\nNSpid:\t${tid}\nNStgid:\t${pid}\nUid:\t1\t2\t2\t2\n`;
        case 'stat':
          return `${tid} (p${tid}) S ${ppid} ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5000 0`;
        case 'cmdline':
          return `/bin/p${pid}\0-x\0`;
        default:
          return null;
      }
    },
    link: (path) => (path.endsWith('/cwd') ? '/srv' : path.endsWith('/fd/3') ? '/etc/hosts' : null),
    names(path) {
      if (path === '.') {
        return ['self', 'uptime', ...processes.map(([pid]) => String(pid))];
      }
      const [, pid, folder] = /^(\d+)\/(\w+)$/.exec(path) ?? [];
      const known = processes.find(([each]) => each === Number(pid));
      if (known === undefined) {
        return null;
      }
      return folder === 'task' ? [String(known[0]), ...(known[2] ?? []).map(String)] : ['3', '4'];
    },
    attributes: () => null,
  };
  return { files, reads };
}

function recordingSink(): {
  threads: ThreadRecord[];
  fds: [number, FdRecord][];
  thread: (record: ThreadRecord) => void;
  fd: (tid: number, record: FdRecord) => void;
} {
  const threads: ThreadRecord[] = [];
  const fds: [number, FdRecord][] = [];
  return {
    threads,
    fds,
    thread: (record) => threads.push(record),
    fd: (tid, record) => fds.push([tid, record]),
  };
}

const tree = [
  [1, 0],
  [10, 1, [11]],
  [20, 10],
  [30, 20],
  [40, 1],
] as const;

test('a scan without a scope takes every process, with its threads and descriptors', () => {
  const { files } = fakeProc(tree);
  const sink = recordingSink();
  const source = new ProcessSource({ files, now: () => 200_000 });
  expect(scanProcesses(source, sink, { roots: null })).toEqual({
    threads: 6,
    fds: 5,
    vanished: 0,
    skipped: 0,
  });
  expect(sink.threads.map(({ tid }) => tid)).toEqual([1, 10, 11, 20, 30, 40]);
  expect(sink.threads[1]).toMatchObject({
    pid: 10,
    ptid: 1,
    exe: '/bin/p10',
    args: ['-x'],
    cwd: '/srv',
    uid: 2,
    // Up for 100 s at 200 s, and started 50 s after boot.
    cloneTs: 150_000_000_000n,
  });
  expect(sink.threads[2]).toMatchObject({ tid: 11, pid: 10, comm: 'p11', env: [] });
  expect(sink.fds[0]).toMatchObject([1, { fd: 3, name: '/etc/hosts' }]);
});

test('a scope is its processes with what descends from them, and their ancestors without descriptors', () => {
  const { files, reads } = fakeProc(tree);
  const sink = recordingSink();
  const source = new ProcessSource({ files, now: () => 0 });
  scanProcesses(source, sink, { roots: [20] });
  expect(sink.threads.map(({ tid }) => tid)).toEqual([1, 10, 11, 20, 30]);
  expect(sink.fds.map(([tid]) => tid)).toEqual([20, 30]);
  expect(reads).not.toContain('40/status');
  expect([...descendants(source, [10])]).toEqual([10, 20, 30]);
});

test('processes that vanish meanwhile, and those beyond the limit, are counted', () => {
  const { files } = fakeProc(tree);
  const vanishing = { ...files, names: (path: string) => [...(files.names(path) ?? []), '99'] };
  const source = new ProcessSource({ files: vanishing, now: () => 0 });
  expect(scanProcesses(source, recordingSink(), { roots: null })).toMatchObject({ vanished: 1, skipped: 0 });
  expect(scanProcesses(source, recordingSink(), { roots: null, maxThreads: 3 })).toMatchObject({
    skipped: 4,
  });
});

test('lookups of unknown threads have a limit in each second', () => {
  const { files } = fakeProc(tree);
  let nowMs = 0;
  const source = new ProcessSource({ files, now: () => nowMs, maxLookupsPerSecond: 2 });
  expect([source.thread(20), source.thread(11), source.thread(30)].map((found) => found?.thread.tid)).toEqual(
    [20, 11, undefined],
  );
  expect(source.skippedLookups).toBe(1);
  nowMs = 1000;
  expect(source.thread(30)?.thread.comm).toBe('p30');
  expect(source.thread(12345)).toBeNull();
});

describe('this very process', () => {
  let server: Server;
  let fd: number;
  beforeAll(async () => {
    fd = openSync(import.meta.filename, 'r');
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    closeSync(fd);
    server.close();
  });

  test('is found with its open file and its listening socket', () => {
    const state = new StateTables();
    const source = new ProcessSource({ files: procFiles(), now: Date.now });
    scanProcesses(source, state.sink, { roots: [process.pid] });
    const own = state.thread(process.pid);
    expect(own?.exePath).toBe(process.execPath);
    expect(own?.parent?.pid ?? process.ppid).toBe(process.ppid);
    expect(own?.fds.get(fd)).toMatchObject({ type: fdTypes.fileV2, name: import.meta.filename });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const listener = [...(own?.fds.entries() ?? [])].find(([, entry]) => entry.dport === port);
    expect(listener?.[1]).toMatchObject({ type: fdTypes.ipv4Server });
    expect(source.isAlive(process.pid)).toBe(true);
  });
});
