import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventTable } from '../event-table.ts';
import { fdTypes, l4Protocols } from '../state.ts';
import {
  dynamicParam,
  eventBytes,
  fdlist,
  sockaddr,
  socktuple,
  type TestParam,
  testEvent,
  testFd,
  testFds,
  testState,
  testThread,
  uint,
  unixSockaddr,
  unixSocktuple,
} from '../testkit/index.ts';
import { EventView } from '../event.ts';
import { allParamsText, paramText } from './param.ts';

const child = testThread({ tid: 7, comm: 'sh' });
const fds = testFds({
  3: testFd({ name: '/etc/passwd' }),
  4: testFd({ type: fdTypes.directory, name: '/srv' }),
  5: testFd({ type: fdTypes.ipv4, name: '1.2.3.4:5->6.7.8.9:80', l4: l4Protocols.tcp, isClient: true }),
  6: testFd({ type: fdTypes.ipv6Server, name: ':::53', l4: l4Protocols.udp }),
});
const thread = testThread({ cwd: '/home/u/', fds });
const state = testState({
  thread: (tid) => (tid === 7 ? child : null),
  user: (_, uid) => (uid === 33 ? { uid, gid: 33, name: 'www', home: '/', shell: '' } : null),
  group: (_, gid) => (gid === 4 ? { gid, name: 'adm' } : null),
});

function args(code: string, params: readonly TestParam[]): string {
  return allParamsText(testEvent(code, params, { thread, state }), 'dots');
}

describe('a parameter reads', () => {
  test.each<[what: string, code: string, params: readonly TestParam[], text: string]>([
    [
      'descriptors as kind and name',
      'SYSCALL_DUP2_X',
      [3, 5, 6],
      'res=3(<f>/etc/passwd) oldfd=5(<4t>1.2.3.4:5->6.7.8.9:80) newfd=6(<6u>:::53)',
    ],
    [
      'unknown descriptors as their number',
      'SYSCALL_DUP2_X',
      [99, -1, -100],
      'res=99 oldfd=-1(EPERM) newfd=-100(AT_FDCWD)',
    ],
    ['errors by name', 'SYSCALL_UNLINK_2_X', [-2, '/x'], 'res=-2(ENOENT) path=/x'],
    [
      'relative paths from the working directory',
      'SYSCALL_UNLINK_2_X',
      [0, 'a/../b'],
      'res=0 path=a/../b(/home/u/b)',
    ],
    [
      'relative paths from a directory',
      'SYSCALL_UNLINKAT_2_X',
      [0, 4, 'b', 0],
      'res=0 dirfd=4(<d>/srv) name=b(/srv/b) flags=0',
    ],
    [
      'relative paths of unknown directories alone',
      'SYSCALL_UNLINKAT_2_X',
      [0, 44, './b', 0],
      'res=0 dirfd=44 name=./b(b) flags=0',
    ],
    [
      'empty texts as <NA> and empty buffers as NULL',
      'SYSCALL_READ_X',
      [-9, null, 9, 1],
      'res=-9(EBADF) data=NULL fd=9 size=1',
    ],
    [
      'what old writers called (NULL) as <NA>',
      'SYSCALL_UNLINK_2_X',
      [-14, '(NULL)'],
      'res=-14(EFAULT) path=<NA>',
    ],
    [
      'flags by name, those of two bits as one',
      'SYSCALL_OPENAT_2_X',
      [3, -100, '/x', 0x1003, 0, 0, 0],
      'fd=3(<f>/etc/passwd) dirfd=-100(AT_FDCWD) name=/x flags=4099(O_RDWR|O_CLOEXEC) mode=0 dev=0 ino=0',
    ],
    [
      'numbers that have several names with all of them',
      'SOCKET_SOCKET_X',
      [3, 1, 2, 0],
      'fd=3(<f>/etc/passwd) domain=1(AF_LOCAL|AF_UNIX) type=2 proto=0',
    ],
    [
      'modes in octal and by name',
      'SYSCALL_CHMOD_X',
      [0, '/x', 0o4640],
      'res=0 filename=/x mode=04640(S_IRGRP|S_IWUSR|S_IRUSR|S_ISUID)',
    ],
    [
      'users and groups by name',
      'SYSCALL_SETRESUID_X',
      [0, 33, 5, 0xffff_ffff],
      'res=0 ruid=33(www) euid=5(<NA>) suid=-1(<NONE>)',
    ],
    ['groups by name', 'SYSCALL_SETGID_X', [0, 4], 'res=0 gid=4(adm)'],
    ['processes by name', 'SYSCALL_KILL_X', [0, 7, 9], 'res=0 pid=7(sh) sig=9(SIGKILL)'],
    ['real-time signals as numbers', 'SYSCALL_KILL_X', [0, 8, 34], 'res=0 pid=8 sig=34'],
    [
      'addresses of sockets',
      'SOCKET_BIND_X',
      [0, sockaddr('1.2.3.4', 80), 3],
      'res=0 addr=1.2.3.4:80 fd=3(<f>/etc/passwd)',
    ],
    [
      'both ends of connections',
      'SOCKET_ACCEPT4_6_X',
      [5, socktuple('::ffff:102:304', 1, '::ffff:506:708', 2), 0, 0, 5, 0],
      'fd=5(<4t>1.2.3.4:5->6.7.8.9:80) tuple=1.2.3.4:1->5.6.7.8:2 queuepct=0 queuelen=0 queuemax=5 flags=0',
    ],
    [
      'lists of descriptors with what is asked of them',
      'SYSCALL_POLL_X',
      [
        1,
        fdlist([
          [3, 1],
          [77, -1],
        ]),
        500,
      ],
      'res=1 fds=3:f1 77:?ffffffff timeout=500',
    ],
    [
      'dynamic parameters by their first byte',
      'SOCKET_GETSOCKOPT_X',
      [0, 3, 1, 4, dynamicParam(1, uint(-111, 8)), 4],
      'res=0 fd=3(<f>/etc/passwd) level=1(SOL_SOCKET) optname=4(SO_ERROR) val=-111(ECONNREFUSED) optlen=4',
    ],
    [
      'durations in seconds',
      'SOCKET_GETSOCKOPT_X',
      [0, 3, 1, 20, dynamicParam(4, uint(1_500_000_000, 8)), 4],
      'res=0 fd=3(<f>/etc/passwd) level=1(SOL_SOCKET) optname=20(SO_RCVTIMEO) val=1500000000(1.5s) optlen=4',
    ],
    [
      'unsigned numbers as signed ones',
      'SYSCALL_PRLIMIT_X',
      [0, 2n ** 64n - 1n, 2, 3, 4, 7, 7],
      'res=0 newcur=-1 newmax=2 oldcur=3 oldmax=4 pid=7 resource=7(RLIMIT_NOFILE)',
    ],
    [
      'addresses in hexadecimal',
      'SYSCALL_MUNMAP_X',
      [0, 1, 2, 3, 0x7f00_0000_1234n, 4096],
      'res=0 vm_size=1 vm_rss=2 vm_swap=3 addr=7F0000001234 length=4096',
    ],
    ['system calls by name', 'GENERIC_X', [107, 13], 'ID=107(rt_sigaction) nativeID=13'],
  ])('%s', (_what, code, params, text) => {
    expect(args(code, params)).toBe(text);
  });

  test('the path of a unix socket', () => {
    expect(
      args('SOCKET_CONNECT_X', [
        0,
        unixSocktuple(0xffff_8881_057a_2400n, 1n, '/run/s'),
        3,
        unixSockaddr('/run/s'),
      ]),
    ).toBe('res=0 tuple=ffff8881057a2400->1 /run/s fd=3(<f>/etc/passwd) addr=/run/s');
  });

  test('buffers as dots or as base64', () => {
    const event = testEvent('SYSCALL_READ_X', [4, 'a\n\xff!', 3, 9], { thread, state });
    expect(paramText(event, 1, 'dots')).toBe('a..!');
    expect(paramText(event, 1, 'base64')).toBe(Buffer.from('a\n\xff!', 'latin1').toString('base64'));
  });

  test('without a thread as what the event says', () => {
    const event = testEvent('SYSCALL_UNLINKAT_2_X', [0, 4, 'b', 0], { state });
    expect(allParamsText(event, 'dots')).toBe('res=0 dirfd=4 name=b flags=0');
  });
});

test('what it stands for goes before what it is', () => {
  const event = testEvent('SYSCALL_UNLINK_2_X', [-2, 'b'], { thread, state });
  expect([paramText(event, 0, 'dots'), paramText(event, 1, 'dots')]).toEqual(['ENOENT', '/home/u/b']);
});

test('parameters of any bytes are rendered', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const params = fc.array(fc.oneof(bytes, fc.constant(null)), { maxLength: 31 });
  fc.assert(
    fc.property(fc.constantFrom(...eventTable), params, (info, values) => {
      const view = new EventView(state);
      const scap = eventBytes(info.code, values.slice(0, info.params.length));
      view.reset(scap, new DataView(scap.buffer), 0, 0);
      view.thread = thread;
      expect(allParamsText(view, 'base64')).toBeTypeOf('string');
    }),
    { numRuns: 2000 },
  );
});

test('names of flags stay right when more different flags come than are kept', () => {
  for (const round of [0, 1]) {
    for (let bits = 0; bits < 600; bits++) {
      const event = testEvent('SYSCALL_OPENAT_2_X', [3, -100, '/x', bits, 0, 0, 0], { thread, state });
      const names = paramText(event, 3, 'dots').split('|');
      expect(names.includes('O_APPEND'), `${round} ${bits}`).toBe((bits & 8) !== 0);
    }
  }
});
