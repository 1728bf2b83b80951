import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tupleText } from '@lanner/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RecordedEvent, recordRun, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const script = fileURLToPath(new URL('../testkit/behaviours.py', import.meta.url));
/** The name that the script gives a file: UTF-8, and a byte that is none. */
const oddName = 'caf\xc3\xa9-\xff';
const current = -100;
let folder = '';
let events: readonly RecordedEvent[] = [];

function named(name: string): RecordedEvent[] {
  return events.filter((event) => event.name === name);
}

/** The first event of that name with these parameters. */
function find(name: string, params: RecordedEvent['params']): RecordedEvent {
  const found = named(name).find((event) =>
    Object.entries(params).every(([key, value]) => event.params[key] === value),
  );
  if (found === undefined) {
    throw new Error(`none of ${JSON.stringify(named(name).map((event) => event.params))}`);
  }
  return found;
}

/** The event as text, with the tuple or address readable. */
function tupleOf(event: RecordedEvent): string {
  return tupleText(String(event.params['tuple']));
}

describe.skipIf(reason !== null)(
  `behaviours of a process${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'lanner-live-')));
      events = await recordRun([python, script, folder]);
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    test('a file that is made, with bytes that are no UTF-8', () => {
      const { params, live } = find('openat', { name: oddName });
      // O_CREAT, O_EXCL, O_RDWR, O_CLOEXEC, and that it was made.
      expect(params).toMatchObject({ dirfd: current, flags: 4 | 32 | 3 | 4096 | (1 << 14), mode: 0o640 });
      expect(live.kernelPath).toBe(`${folder}/${oddName}`);
      expect(live.inode).toBe(BigInt(Number(params['ino'])));
      expect(params['dev']).toBe(statSync(folder).dev);
    });

    test.each([
      ['link', current],
      ['../here/link', null],
    ])('a file that is opened by way of a link has its real path: %s', (name, dirfd) => {
      const given = name.replace('here', folder.split('/').at(-1) ?? '');
      const event = find('openat', { name: given, ...(dirfd === null ? {} : { dirfd }) });
      expect(event.live.kernelPath).toBe(`${folder}/${oddName}`);
    });

    test('a file that is not there', () => {
      expect(find('openat', { name: 'absent' })).toMatchObject({
        params: { fd: -2, dev: 0, ino: 0 },
        live: { kernelPath: null, inode: 0n },
      });
    });

    test('a path as long as one can be', () => {
      const [relative, absolute] = named('openat').filter((event) =>
        String(event.params['name']).includes('fffff'),
      );
      expect(String(absolute?.params['name'])).toHaveLength(4093);
      expect(absolute?.live.kernelPath).toBe(absolute?.params['name']);
      expect(relative?.live.kernelPath).toBe(absolute?.params['name']);
      expect(absolute?.live).toMatchObject({ truncated: false, raced: false });
    });

    test.each<[string, RecordedEvent['params']]>([
      ['symlink', { res: 0, target: oddName, linkpath: 'link' }],
      ['fchmod', { res: 0, mode: 0o4755 }],
      ['fchown', { res: 0, uid: 0, gid: 0 }],
      ['link', { res: 0, oldpath: oddName, newpath: 'hard' }],
      ['mkdir', { res: 0, path: 'sub', mode: 0o711 }],
      ['rename', { res: 0, oldpath: 'hard', newpath: 'sub/moved' }],
      ['chmod', { res: 0, filename: 'sub/moved', mode: 0o600 }],
      ['unlink', { res: 0, path: 'sub/moved' }],
      ['rmdir', { res: 0, path: 'sub' }],
      ['dup2', { res: 100, newfd: 100 }],
      ['fcntl', { res: 200, cmd: 26, arg: 200 }],
      ['memfd_create', { name: 'scratch', flags: 1 }],
      ['eventfd2', { initval: 7 }],
      ['listen', { res: 0, backlog: 5 }],
      ['prctl', { res: 0, option: 15, arg2_str: 'renamed', arg2_int: 0 }],
      ['kill', { res: 0, sig: 0 }],
      ['ptrace', { res: -3, addr: null, data: null, request: 11, pid: 0x7fffffff }],
      ['mount', { res: -2, dev: 'none', dir: '/nonexistent', type: 'tmpfs', flags: 3 }],
      ['umount2', { res: -2, name: '/nonexistent', flags: 2 }],
      ['setns', { res: -22, fd: 0, nstype: 16 }],
      ['unshare', { res: 0, flags: 1 }],
      ['setresgid', { res: 0, rgid: 65534, egid: 65534, sgid: 65534 }],
      ['setresuid', { res: 0, ruid: 65534, euid: 65534, suid: 65534 }],
    ])('%s', (name, params) => {
      expect(find(name, params).live).toMatchObject({ raced: false, truncated: false, compat32: false });
    });

    test('chroot, and a process that is killed', () => {
      const { tid } = find('chroot', { res: 0, path: folder });
      expect(named('procexit').find((event) => event.tid === tid)?.params).toMatchObject({
        status: 9,
        ret: 0,
        sig: 9,
      });
      expect(find('setsid', {}).params['res']).toBe(find('setsid', {}).tid);
    });

    test('a pipe has two ends and an inode', () => {
      const { params } = named('pipe2').at(-1) as RecordedEvent;
      expect(params).toMatchObject({ res: 0, flags: 4096 });
      expect(params['fd2']).not.toBe(params['fd1']);
      expect(params['ino']).toBeGreaterThan(0);
    });

    test('a connection, seen from both ends', () => {
      const client = tupleOf(find('connect', { res: 0 }));
      expect(client).toMatch(/^127\.0\.0\.1:\d+->127\.0\.0\.1:\d+$/);
      expect(tupleOf(named('accept4')[0] as RecordedEvent)).toBe(client);
      expect(named('accept4')[0]?.params).toMatchObject({ queuemax: 5 });
      const sent = find('sendto', { data: 'hello' });
      expect(sent.params).toMatchObject({ res: 5, size: 5 });
      expect(tupleOf(sent)).toBe(client);
      expect(tupleOf(find('recvfrom', { data: 'hello' }))).toBe(client);
      const back = client.split('->').reverse().join('->');
      expect(tupleOf(find('sendmsg', { res: 5, data: 'world', size: 5 }))).toBe(back);
      expect(tupleOf(find('recvmsg', { res: 5, data: 'world', size: 16 }))).toBe(back);
    });

    test('datagrams between sockets that are not connected', () => {
      const port = tupleOf(find('sendto', { data: 'ping' }))
        .split(':')
        .at(-1);
      expect(tupleOf(find('recvfrom', { data: 'ping' }))).toMatch(
        new RegExp(`^127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:${port}$`),
      );
    });

    test('IPv6 and unix sockets', () => {
      const tuples = named('connect').map(tupleOf);
      expect(tuples).toContainEqual(expect.stringMatching(/^::1:\d+->::1:\d+$/));
      expect(tuples).toContainEqual(expect.stringMatching(/^[0-9a-f]+->[0-9a-f]+ named\.sock$/));
      expect(find('bind', { addr: '\x01named.sock\0' }).params['res']).toBe(0);
      expect(find('socketpair', { res: 0, domain: 1, type: 1 }).params['source']).not.toBe(0);
    });

    test('a program that cannot be started', () => {
      const { params } = find('execve', { res: -2, filename: '/nonexistent/program' });
      expect(params).toMatchObject({
        exe: 'shown',
        args: 'one\0two\0',
        env: 'A=b\0',
        trusted_exepath: realpathSync(python),
      });
    });

    test('the file of an executable mapping', () => {
      const mapped = named('mmap').filter((event) => event.live.kernelPath !== null);
      expect(mapped.some((event) => /\/libc[.-]/.test(event.live.kernelPath ?? ''))).toBe(true);
      for (const { params, live } of mapped) {
        expect(Number(params['prot']) & 4).toBe(4);
        expect(live.inode).toBe(BigInt(statSync(live.kernelPath ?? '').ino));
      }
    });

    test('the time of each event is the real one', () => {
      const nowNs = BigInt(Date.now()) * 1_000_000n;
      for (const { ts } of events) {
        expect(Math.abs(Number(nowNs - ts))).toBeLessThan(60e9);
      }
    });
  },
);
