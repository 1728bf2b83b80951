import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type SystemCall, systemCalls } from '@lanner/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { singleCall } from './routes.ts';
import { type RecordedEvent, recordRun, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const script = fileURLToPath(new URL('../testkit/calls.py', import.meta.url));
let folder = '';
let events: readonly RecordedEvent[] = [];

/** An event of that name with these parameters; what lies nearest when there is none. */
function expectEvent(name: string, params: RecordedEvent['params']): void {
  const named = events.filter((event) => event.name === name).map((event) => event.params);
  expect(named).toContainEqual(expect.objectContaining(params));
}

/** A number of so many bytes, as the byte string of a parameter has it. */
function bytesOf(value: bigint, size: number): string {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at++) {
    bytes[at] = Number((value >> BigInt(8 * at)) & 255n);
  }
  return bytes.toString('latin1');
}

describe.skipIf(reason !== null)(
  `calls that are seldom made${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'lanner-calls-')));
      events = await recordRun([python, script, folder]);
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    test.each<[string, RecordedEvent['params']]>([
      ['writev', { res: 206, data: `onetwo${'x'.repeat(74)}`, size: 206 }],
      ['readv', { res: 5, size: 5, data: 'etwox' }],
      ['pwritev', { res: 2, data: 'AB', size: 2, pos: 4 }],
      ['preadv', { res: 9, size: 9, data: `tABx${'x'.repeat(5)}`, pos: 3 }],
      ['lseek', { res: 2, offset: 2, whence: 0 }],
      ['lseek', { res: 205, whence: 2 }],
      ['setsockopt', { res: 0, level: 1, optname: 2, val: `\x02${bytesOf(1n, 4)}`, optlen: 4 }],
      ['setsockopt', { res: 0, level: 1, optname: 20, val: `\x04${bytesOf(3_500_000_000n, 8)}`, optlen: 16 }],
      [
        'setsockopt',
        { res: 0, level: 1, optname: 13, val: `\0${bytesOf(1n, 4)}${bytesOf(7n, 4)}`, optlen: 8 },
      ],
      ['getsockopt', { res: 0, level: 1, optname: 4, val: `\x01${bytesOf(0n, 8)}`, optlen: 4 }],
      ['getsockopt', { res: 0, level: 2, optname: 0, val: `\0${bytesOf(0n, 4)}`, optlen: 4 }],
      ['getsockopt', { res: 0, level: 1, optname: 53, optlen: 8 }],
      ['sendmmsg', { res: 5, data: 'first', size: 5 }],
      ['sendmmsg', { res: 6, data: 'second', size: 6 }],
      ['sendmmsg', { res: 5, data: 'third', size: 5 }],
      ['sendmmsg', { res: -9, fd: -1, size: 0, data: null, tuple: null }],
      ['recvmmsg', { res: 5, data: 'first', size: 16 }],
      ['recvmmsg', { res: 6, data: 'second', size: 16 }],
      ['recvmmsg', { res: 5, data: 'third', size: 16 }],
      ['epoll_wait', { res: 1, maxevents: 9 }],
      ['nanosleep', { res: 0, interval: 1234 }],
      // The kernel writes the time that is left into it.
      ['ppoll', { res: 0, fds: '\0\0', timeout: 0, sigmask: 0 }],
      ['futex', { res: 0, op: 129, val: 77 }],
      ['getresuid', { res: 0, ruid: process.getuid?.() ?? 0, euid: process.geteuid?.() ?? 0 }],
      ['getresgid', { res: 0, rgid: process.getgid?.() ?? 0, egid: process.getegid?.() ?? 0 }],
      ['getuid', { uid: process.getuid?.() ?? 0 }],
      ['geteuid', { euid: process.geteuid?.() ?? 0 }],
      ['getgid', { gid: process.getgid?.() ?? 0 }],
      ['getegid', { egid: process.getegid?.() ?? 0 }],
      ['getsockname', {}],
      ['getpeername', {}],
      ['semget', { key: 0, nsems: 2, semflg: 1 << 13 }],
      ['semctl', { res: 0, semnum: 1, cmd: 1 << 12, val: 41 }],
      ['semctl', { res: 0, cmd: 1 << 2, val: 0 }],
      ['semop', { res: 0, nsops: 2, sem_num_0: 0, sem_op_0: 3, sem_flg_0: 2, sem_num_1: 1, sem_flg_1: 1 }],
      ['process_vm_readv', { res: 16, data: 'read by process\0' }],
      ['process_vm_writev', { res: 16, data: 'read by process\0' }],
      [
        'keyctl',
        { operation: 10, arg2: `\0${bytesOf(-100n, 8)}`, arg3: '\x01user\0', arg4: '\x01lanner:absent\0' },
      ],
      ['keyctl', { operation: 21, arg2: `\0${bytesOf(-101n, 8)}`, arg3: `\0${bytesOf(0n, 8)}` }],
      [
        'quotactl',
        {
          special: '/nonexistent/device',
          quotafilepath: '/nonexistent/file',
          cmd: 1,
          type: 1,
          id: 0,
          quota_fmt: 4,
        },
      ],
      ['quotactl', { quotafilepath: null, cmd: 32, type: 2, id: 33, quota_fmt: 1 }],
    ])('%s %#', expectEvent);

    test('poll tells what each descriptor was ready for', () => {
      const made = events.findLast(({ name }) => name === 'pipe2')?.params;
      const pair = (fd: unknown, ready: bigint): string => bytesOf(BigInt(Number(fd)), 8) + bytesOf(ready, 2);
      expectEvent('poll', {
        res: 2,
        fds: `\x02\0${pair(made?.['fd1'], 1n)}${pair(made?.['fd2'], 4n)}`,
        timeout: 5,
      });
    });

    test('one call without an event type of its own is recorded alone', async () => {
      const call = systemCalls.find(({ name }) => name === 'sched_yield');
      const yielded = await recordRun([python, '-c', 'import os; os.sched_yield(); os.getpid()'], {
        interest: [singleCall(call as SystemCall)],
      });
      expect(yielded.map(({ code, params }) => [code, params['ID']])).toEqual([['GENERIC_X', call?.code]]);
    });
  },
);
