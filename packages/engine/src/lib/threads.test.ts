import { describe, expect, test } from 'vitest';
import { type Thread, threadFlags } from '../state.ts';
import { testState, testThread } from '../testkit/index.ts';
import {
  ancestorProcess,
  groupLeader,
  isMainThread,
  mainThread,
  parentsOf,
  workingDirectory,
} from './threads.ts';

/** A line of processes, each the parent of the next; gives the last. */
function line(...names: string[]): Thread {
  let thread: Thread | null = null;
  for (const [i, comm] of names.entries()) {
    thread = testThread({ tid: i + 1, pid: i + 1, ptid: i, comm, parent: thread });
  }
  return thread!;
}

/** A parent that is set after its children exist. */
function loop(length: number): Thread {
  const parents: { current: Thread | null }[] = Array.from({ length }, () => ({ current: null }));
  const threads = parents.map((slot, i) =>
    Object.defineProperty(
      testThread({ tid: i + 1, pid: i + 1, comm: `t${i + 1}`, ptid: ((i + 1) % length) + 1 }),
      'parent',
      {
        get: () => slot.current,
      },
    ),
  );
  for (const [i, slot] of parents.entries()) {
    slot.current = threads[(i + 1) % length]!;
  }
  return threads[0]!;
}

const names = (threads: readonly Thread[]): string[] => threads.map((thread) => thread.comm);

test('parents come nearest first, without the thread itself', () => {
  expect(names(parentsOf(line('init', 'sshd', 'bash', 'ls')))).toEqual(['bash', 'sshd', 'init']);
  expect(parentsOf(line('init'))).toEqual([]);
});

test('a parent with the tid -1 ends the line', () => {
  const ghost = testThread({ tid: -1, pid: -1 });
  expect(parentsOf(testThread({ tid: 5, parent: ghost }))).toEqual([]);
});

describe('a loop of parents', () => {
  test('ends where the slow and the fast pointer meet', () => {
    expect(names(parentsOf(loop(2)))).toEqual(['t2']);
    expect(names(parentsOf(loop(3)))).toEqual(['t2', 't3']);
  });

  test('of a process that is its own parent ends before it, unless it is the nearest', () => {
    const swapper = Object.defineProperty(testThread({ tid: 7, pid: 7, ptid: 7, comm: 'own' }), 'parent', {
      get() {
        return swapper;
      },
    });
    const child = testThread({ tid: 8, pid: 8, ptid: 7, comm: 'child', parent: swapper });
    expect(names(parentsOf(testThread({ tid: 9, pid: 9, ptid: 8, parent: child })))).toEqual(['child']);
    expect(names(parentsOf(child))).toEqual(['own']);
    expect(ancestorProcess(child, 4_000_000_000)?.comm).toBe('own');
  });
});

test('a long line is followed to its end', () => {
  const thread = line(...Array.from({ length: 200 }, (_, i) => `p${i}`));
  expect(parentsOf(thread)).toHaveLength(199);
});

test('ancestors are counted from leader to leader', () => {
  const leader = testThread({ tid: 10, pid: 10, comm: 'server' });
  const worker = testThread({ tid: 11, pid: 10, comm: 'worker', leader });
  const child = testThread({ tid: 20, pid: 20, ptid: 11, comm: 'child', parent: worker });
  expect(ancestorProcess(child, 0)).toBe(child);
  expect(ancestorProcess(child, 1)).toBe(leader);
  expect(ancestorProcess(child, 2)).toBeNull();
});

test('a thread without a known leader has no process, and works in ./', () => {
  const orphan = testThread({ tid: 11, pid: 10, cwd: '/srv/' });
  expect(mainThread(orphan)).toBeNull();
  expect(ancestorProcess(orphan, 1)).toBeNull();
  expect(workingDirectory(orphan)).toBe('./');
  expect(isMainThread(testThread({ tid: 11, pid: 10, flags: threadFlags.mainThread }))).toBe(true);
});

describe('the leader of a session', () => {
  const shell = testThread({ tid: 3, pid: 3, vtid: 3, comm: 'bash', sid: 3 });
  const child = testThread({ tid: 4, pid: 4, vtid: 4, comm: 'sh', sid: 3, ptid: 3, parent: shell });
  const state = testState({ thread: (tid) => (tid === 3 ? shell : null) });
  const sid = (thread: Thread): number => thread.sid;

  test('is the process that the id names', () => {
    expect(groupLeader(child, sid, true, state)).toBe(shell);
  });

  test('is nobody when the id is not set', () => {
    expect(groupLeader(testThread({ sid: -1 }), sid, true, state)).toBeNull();
  });

  test('is the oldest parent with the same id where the id does not name it', () => {
    const first = testThread({ tid: 103, pid: 103, vtid: 1, comm: 'first', sid: 1 });
    const second = testThread({ tid: 104, pid: 104, vtid: 2, comm: 'second', sid: 1, parent: first });
    const third = testThread({ tid: 105, pid: 105, vtid: 3, comm: 'third', sid: 1, parent: second });
    const named = testThread({ comm: 'systemd' });
    const allNamed = testState({ thread: () => named });
    expect(groupLeader(third, sid, true, allNamed)).toBe(first);
    expect(groupLeader(third, sid, false, allNamed)).toBe(named);
    expect(groupLeader(third, sid, false, testState())).toBe(first);
    expect(groupLeader(first, sid, true, allNamed)).toBeNull();
  });

  test('is not looked up for a thread that was made in a pid namespace', () => {
    const inside = testThread({ ...child, flags: threadFlags.childInPidns, parent: null });
    expect(groupLeader(inside, sid, true, state)).toBeNull();
  });
});
