import { threadFlags } from '@lanner/engine';
import { expect, test } from 'vitest';
import { newCounters, type StateCounters } from './counters.ts';
import type { ThreadEntry } from './thread-entry.ts';
import { Threads } from './threads.ts';

interface Family {
  readonly threads: Threads;
  readonly counters: StateCounters;
  /** Adds a process, or a thread of one. */
  readonly add: (tid: number, ptid: number, pid?: number) => ThreadEntry;
}

function family(capacity = 100): Family {
  const counters = newCounters();
  const threads = new Threads(capacity, counters, () => undefined);
  function add(tid: number, ptid: number, pid = tid): ThreadEntry {
    const thread = threads.create(tid);
    Object.assign(thread, { pid, ptid, vtid: tid, vpid: pid });
    threads.add(thread, true);
    return thread;
  }
  add(1, 0);
  return { threads, counters, add };
}

test('a full table takes no more threads and counts them; replacing one is always possible', () => {
  const { threads, counters, add } = family(3);
  add(10, 1);
  add(11, 1);
  add(12, 1);
  add(11, 1);
  expect([threads.size, counters.nDropsFullThreadtable]).toEqual([3, 1]);
  expect(threads.find(12)).toBeNull();
  expect(threads.get(99)).toBeNull();
});

test('a thread that nobody knows enters the table without properties', () => {
  const { threads } = family();
  const thread = threads.get(50);
  expect(thread).toMatchObject({
    tid: 50,
    pid: -1,
    ptid: -1,
    comm: '<NA>',
    uid: 0xffff_ffff,
    isInvalid: true,
  });
  expect(thread?.leader).toBe(thread);
  expect(thread?.workingDirectory).toBe('./');
  expect(threads.get(50)).toBe(thread);
});

test('the leader stays until the last thread of its group has gone', () => {
  const { threads, add } = family();
  const leader = add(10, 1);
  const worker = add(11, 1, 10);
  expect([worker.leader, worker.threadCount]).toEqual([leader, 2]);
  threads.remove(10);
  expect(threads.find(10)).toBe(leader);
  expect([leader.isDead, worker.leader, worker.threadCount]).toEqual([true, leader, 1]);
  threads.remove(11);
  expect([threads.find(10), threads.find(11), threads.groupCount]).toEqual([null, null, 1]);
});

test('a thread whose leader was never seen leads itself', () => {
  const { add } = family();
  const worker = add(11, 1, 10);
  expect([worker.main, worker.leader]).toEqual([null, worker]);
  const leader = add(10, 1);
  expect(worker.main).toBe(leader);
});

test('children go to the thread that the kernel named', () => {
  const { threads, add } = family();
  const parent = add(10, 1);
  const child = add(20, 10);
  add(30, 1);
  parent.reaperTid = 30;
  threads.remove(10);
  expect(child.ptid).toBe(30);
  expect(threads.find(30)?.childCount).toBe(1);
});

test('without a word of the kernel they go to the group, then to the nearest ancestor that takes orphans', () => {
  const { threads, add } = family();
  const service = add(10, 1);
  add(11, 1, 10);
  const child = add(20, 10);
  threads.remove(10);
  expect(child.ptid).toBe(11);
  const orphan = add(30, 20);
  if (service.group !== null) {
    service.group.isReaper = true;
  }
  threads.remove(20);
  expect(orphan.ptid).toBe(11);
});

test('nobody outside the pid namespace takes them', () => {
  const { threads, add } = family();
  const inner = add(10, 1);
  inner.flags |= threadFlags.childInPidns;
  const child = add(20, 10);
  threads.remove(10);
  expect(child.ptid).toBe(0);
  expect(child.parent).toBeNull();
});

test('a child without a known parent belongs to nobody, except the first process', () => {
  const { threads, add } = family();
  expect(add(10, 77).ptid).toBe(0);
  expect(threads.find(1)?.ptid).toBe(0);
});

test('groups that are left without threads are dropped before they outgrow the table', () => {
  const { threads, counters, add } = family(10);
  for (let pid = 100; pid < 200; pid++) {
    // The leader execs under another id, so its group is never ended.
    const thread = add(pid, 1);
    thread.pid = 5;
    threads.remove(pid);
  }
  expect(threads.groupCount).toBeLessThanOrEqual(20);
  expect(counters.nEvictedGroups).toBeGreaterThan(0);
});

test('threads without events that no longer exist can be let go', () => {
  const { threads, add } = family();
  add(10, 1).lastSeen = 5;
  add(11, 1).lastSeen = 5;
  add(12, 1).lastSeen = 50;
  expect(threads.removeInactive(40, (tid) => tid === 11 || tid === 1)).toBe(1);
  expect([threads.find(10), threads.find(11)?.tid, threads.find(12)?.tid]).toEqual([null, 11, 12]);
});
