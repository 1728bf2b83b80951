import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { systemCalls } from '@lanner/engine';
import { beforeAll, describe, expect, test } from 'vitest';
import { type RecordedEvent, ScopedRun, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('../testkit/compat32.py', import.meta.url));
const reason =
  whyNoSensor() ??
  (process.arch === 'x64' ? null : 'int 0x80 is of x86') ??
  (existsSync(python) ? null : `needs ${python}`) ??
  (spawnSync(python, [script]).signal === null
    ? null
    : 'the kernel has no 32-bit system calls (CONFIG_IA32_EMULATION)');
const none = 0xffff_ffff;
const userId = process.getuid?.() ?? 0;
let events: readonly RecordedEvent[] = [];

/** Names of the calls whose events say only that they were made. */
function genericNames(): readonly unknown[] {
  return events
    .filter(({ code }) => code === 'GENERIC_X')
    .map(({ params }) => systemCalls.find(({ code }) => code === params['ID'])?.name);
}

describe.skipIf(reason !== null)(
  `calls of 32-bit programs${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      const run = await ScopedRun.open([python, script]);
      try {
        events = (await run.run()).filter(({ live }) => live.compat32);
      } finally {
        run.close();
      }
    });

    test.each<[string, RecordedEvent['params']]>([
      ['open', { name: '/etc/hostname' }],
      ['openat', { name: '/etc/passwd', dirfd: -100 }],
      ['socket', { domain: 2, type: 1 }],
      ['connect', { addr: '\x02\x7f\0\0\x01\x01\0' }],
      ['writev', { res: 5, data: 'one12', size: 5 }],
      ['llseek', { offset: 0x1_0000_0002 }],
      ['getresuid', { res: 0, ruid: userId }],
      ['nanosleep', { res: 0, interval: 1234 }],
      ['getsockopt', { res: 0, level: 1, optname: 3, val: '\x02\x01\0\0\0' }],
      ['pread', { res: 4, size: 4, pos: 0x1_0000_0007 }],
      ['mmap', { addr: 0, length: 8192, prot: 3, flags: 2, offset: 4096 }],
      ['munmap', { res: 0, length: 8192 }],
      ['sendfile', { offset: 0x1_0000_0003, size: 1 }],
      ['lseek', { offset: -5, whence: 0 }],
      ['chown', { res: -2, path: '/nonexistent/file', uid: 12, gid: none }],
      ['setreuid', { ruid: none, euid: 0 }],
      ['setuid', { uid: 0 }],
      ['semget', { key: 0, nsems: 2, semflg: 1 << 13 }],
      ['semctl', { res: 0, semnum: 1, cmd: 1 << 12, val: 41 }],
      ['semop', { res: 0, nsops: 2, sem_num_0: 0, sem_op_0: 3, sem_flg_0: 2, sem_num_1: 1, sem_flg_1: 1 }],
      ['semctl', { res: 0, cmd: 1 << 2, val: 0 }],
    ])('%s %#', (name, params) => {
      const named = events.filter((event) => event.name === name).map((event) => event.params);
      expect(named).toContainEqual(expect.objectContaining(params));
    });

    test('ids of 16 bits are told as such', () => {
      const ids = events.filter(({ name }) => name === 'getresuid').map(({ params }) => params['euid']);
      expect(ids).toEqual([userId, userId]);
    });

    test('calls that ipc carries are told by their names, and what is none of them is not told', () => {
      const names = genericNames().filter((name) => /^(?:msg|shm|sem|ipc|socketcall)/.test(String(name)));
      expect(names).toEqual([
        'semtimedop',
        'msgget',
        'msgsnd',
        'msgrcv',
        'msgsnd',
        'msgrcv',
        'msgctl',
        'shmget',
        'shmat',
        'shmdt',
        'shmctl',
      ]);
      expect(genericNames()).toContain('truncate');
      expect(events.filter(({ name }) => name === 'socket')).toHaveLength(1);
    });

    test('the kernel knows the file of an open', () => {
      expect(events.find(({ name }) => name === 'open')?.live.kernelPath).toBe('/etc/hostname');
    });
  },
);
