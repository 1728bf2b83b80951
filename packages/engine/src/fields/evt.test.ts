import { describe, expect, test } from 'vitest';
import type { EventView } from '../event.ts';
import type { FieldArgument } from '../field.ts';
import { fdTypes } from '../state.ts';
import { dynamicParam, testEvent, testFd, testFds, testState, testThread, uint } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClasses } from './registry.gen.ts';

const fields = new Map(
  fieldClasses.flatMap((fieldClass) => fieldClass.fields.map((field) => [field.name, field] as const)),
);

function value(name: string, event: EventView, argument?: FieldArgument): FieldValue {
  return fields.get(name)!.extract(event, argument);
}

function printed(name: string, event: EventView, argument?: FieldArgument): FieldValue {
  return fields.get(name)!.print!(event, argument, 'dots');
}

const ts = 1_795_407_474_897_387_538n;
const thread = testThread({
  cwd: '/home/u/',
  fds: testFds({ 4: testFd({ type: fdTypes.directory, name: '/srv' }) }),
});
const openat = testEvent('SYSCALL_OPENAT_2_X', [-2, 4, 'x/../y', 0x4003, 0o755, 0, 0], {
  thread,
  ts,
  num: 7,
  cpu: 2,
});
const read = testEvent('SYSCALL_READ_X', [5, 'hello', 4, 4096], { thread });
const mmap = testEvent('SYSCALL_MMAP_X', [-12, 1, 1, 1, 0, 1, 1, 1, -1, 0], { thread });
const generic = testEvent('GENERIC_X', [107, 13], { thread });
const async = testEvent('ASYNCEVENT_E', [0, 'container', '{}']);
const procinfo = testEvent('PROCINFO_E', [1, 2], { thread });

describe('times', () => {
  test('are printed in local time, in UTC, and as ns in JSON', () => {
    const late = testEvent('SYSCALL_READ_X', [], { ts, state: testState({ utcOffsetS: 3600 }) });
    expect(value('evt.time', late)).toBe('05:17:54.897387538');
    expect(value('evt.time.s', late)).toBe('05:17:54');
    expect(value('evt.datetime', late)).toBe('2026-11-23 05:17:54.897387538');
    expect(value('evt.datetime.s', late)).toBe('2026-11-23 05:17:54');
    expect(value('evt.time.iso8601', late)).toBe('2026-11-23T04:17:54.897387538+0000');
    expect(value('evt.outputtime', late)).toBe('05:17:54.897387538');
    for (const name of [
      'evt.time',
      'evt.time.s',
      'evt.time.iso8601',
      'evt.datetime',
      'evt.datetime.s',
      'evt.outputtime',
    ]) {
      expect(fields.get(name)!.jsonExtract!(late, undefined)).toBe(ts);
    }
  });

  test('are exact as numbers', () => {
    expect(value('evt.rawtime', openat)).toBe(ts);
    expect(value('evt.rawtime.s', openat)).toBe(1_795_407_474);
    expect(value('evt.rawtime.ns', openat)).toBe(897_387_538);
  });

  test('count from the first event and from the one before', () => {
    const state = testState({ firstTs: ts - 2_000_000_003n, previousTs: ts - 1_000_000_001n });
    const event = testEvent('SYSCALL_READ_X', [], { ts, state });
    expect([
      value('evt.reltime', event),
      value('evt.reltime.s', event),
      value('evt.reltime.ns', event),
    ]).toEqual([2_000_000_003, 2, 3]);
    expect([
      value('evt.deltatime', event),
      value('evt.deltatime.s', event),
      value('evt.deltatime.ns', event),
    ]).toEqual([1_000_000_001, 1, 1]);
    expect(value('evt.deltatime', openat)).toBe(0);
  });

  test('that lie before the one they count from wrap as unsigned numbers do', () => {
    const event = testEvent('SYSCALL_READ_X', [], {
      ts,
      state: testState({ firstTs: ts + 1n, previousTs: ts + 1n }),
    });
    expect(value('evt.reltime', event)).toBe(2n ** 64n - 1n);
    expect(value('evt.deltatime', event)).toBe(2n ** 64n - 1n);
    expect(fields.get('evt.reltime')!.jsonExtract!(event, undefined)).toBe(-1);
  });

  test('lie around another', () => {
    expect(value('evt.around', openat, String(ts + 1_000_000n))).toBe(1);
    expect(value('evt.around', openat, String(ts - 1_000_001n))).toBe(2);
    expect(value('evt.around', openat, 'soon')).toBeNull();
  });

  test('of system calls are always 0', () => {
    expect(value('evt.latency', openat)).toBe(0);
    expect(value('evt.latency.human', openat)).toBe('0ns');
  });
});

describe('what the event is', () => {
  test('numbers, names and directions', () => {
    expect([
      value('evt.num', openat),
      value('evt.cpu', openat),
      value('evt.dir', openat),
      value('evt.dir', procinfo),
    ]).toEqual([7, 2, '<', '>']);
    expect([value('evt.type', openat), value('evt.type', generic), value('evt.type', async)]).toEqual([
      'openat',
      'rt_sigaction',
      'container',
    ]);
    expect([
      value('syscall.type', openat),
      value('syscall.type', generic),
      value('syscall.type', procinfo),
    ]).toEqual(['openat', 'rt_sigaction', null]);
    expect(value('evt.source', openat)).toBe('syscall');
    expect(value('evt.hostname', openat)).toBe('test');
  });

  test('a system call that was unknown when it was recorded is found by its own number', () => {
    expect(value('evt.type', testEvent('GENERIC_X', [0, 13]))).toBe('rt_sigaction');
    expect(value('evt.type', testEvent('GENERIC_X', [0, 60_000]))).toBe('unknown');
    expect(value('evt.type', testEvent('GENERIC_X', [0]))).toBe('unknown');
  });

  test('a type is compared by name or by number', () => {
    expect(value('evt.type.is', openat, 'openat')).toBe(0);
    expect(value('evt.type.is', testEvent('SYSCALL_OPEN_X', []), 'open')).toBe(1);
    expect(value('evt.type.is', openat, String(openat.type))).toBe(1);
    expect(value('evt.type.is', openat, 'close')).toBe(0);
  });

  test('asynchronous events', () => {
    expect([value('evt.is_async', async), value('evt.is_async', openat)]).toEqual([true, false]);
    expect([
      value('evt.asynctype', async),
      value('evt.asynctype', procinfo),
      value('evt.asynctype', openat),
    ]).toEqual(['container', 'procinfo', null]);
  });

  test('events of plugins', () => {
    const audit = testEvent('PLUGINEVENT_E', [1, '{"kind":"Event"}'], { source: 'k8s_audit' });
    expect([value('evt.pluginname', audit), value('evt.plugininfo', audit)]).toEqual([
      'k8saudit',
      '{"kind":"Event"}',
    ]);
    expect([value('evt.pluginname', openat), value('evt.plugininfo', openat)]).toEqual([null, null]);
    expect(value('evt.pluginname', testEvent('PLUGINEVENT_E', [99, '']))).toBeNull();
  });

  test('categories; I/O counts by its descriptor', () => {
    expect(value('evt.category', openat)).toBe('file');
    expect(value('evt.category', mmap)).toBe('memory');
    expect(value('evt.category', testEvent('SYSCALL_PIPE_X', []))).toBe('IPC');
    expect(value('evt.category', read)).toBe('unknown');
    const byFd = (type: number): FieldValue =>
      value('evt.category', testEvent('SYSCALL_READ_X', [], { fd: testFd({ type }) }));
    expect([
      byFd(fdTypes.fileV2),
      byFd(fdTypes.ipv6Server),
      byFd(fdTypes.fifo),
      byFd(fdTypes.timerfd),
    ]).toEqual(['file', 'net', 'ipc', 'unknown']);
  });
});

describe('parameters', () => {
  test('by number, by name and all together', () => {
    expect(value('evt.arg', openat, 2)).toBe('/srv/y');
    expect(value('evt.arg', openat, 'name')).toBe('/srv/y');
    expect(value('evt.arg', openat, 'flags')).toBe('O_RDWR|O_F_CREATED');
    expect(value('evt.args', read)).toBe('res=5 data=hello fd=4(<d>/srv) size=4096');
    expect(value('evt.info', read)).toBe(value('evt.args', read));
    expect(value('evt.args', generic)).toBe('');
  });

  test('that the event does not have are missing', () => {
    expect(value('evt.arg', openat, 7)).toBeNull();
    expect(value('evt.arg', openat, 'addr')).toBeNull();
    expect(value('evt.arg', testEvent('SYSCALL_OPENAT_2_X', [-2]), 'name')).toBeNull();
  });

  test('in their own type', () => {
    expect(value('evt.rawarg', openat, 'fd')).toBe(-2);
    expect(value('evt.rawarg', openat, 'flags')).toBe(0x4003);
    expect(value('evt.rawarg', openat, 'name')).toBe('x/../y');
    expect(value('evt.rawarg', testEvent('SYSCALL_PRLIMIT_X', [0, 2n ** 60n]), 'newcur')).toBe(2n ** 60n);
    expect(value('evt.rawarg', testEvent('SYSCALL_READ_X', [null]), 'res')).toBeNull();
    expect(value('evt.rawarg', testEvent('SYSCALL_READ_X', [0, null, 3, 1]), 'data')).toBeNull();
  });

  test('in their own type are printed in their own format', () => {
    expect(printed('evt.rawarg', openat, 'flags')).toBe('4003');
    expect(printed('evt.rawarg', openat, 'fd')).toBe(-2);
    expect(printed('evt.rawarg', read, 'data')).toBe('hello');
    expect(printed('evt.rawarg', testEvent('SYSCALL_READ_X', [null]), 'res')).toBe(0);
  });

  test('buffers are bytes to conditions and text to outputs', () => {
    const event = testEvent('SYSCALL_WRITE_X', [3, 'a\0\xff', 1, 3]);
    expect(value('evt.buffer', event)).toBe('a\0\xff');
    expect(printed('evt.buffer', event)).toBe('a..');
    expect(fields.get('evt.buffer')!.print!(event, undefined, 'base64')).toBe('YQD/');
    expect(printed('evt.buffer', testEvent('SYSCALL_WRITE_X', [3, null, 1, 3]))).toBe('NULL');
    expect(
      printed('evt.buffer', testEvent('SYSCALL_PTRACE_X', [0, null, dynamicParam(0, uint(0x1f, 8)), 1, 2])),
    ).toBe('1F');
    expect([value('evt.buffer', openat), printed('evt.buffer', openat)]).toEqual([null, null]);
  });
});

describe('results', () => {
  test('of calls that failed and that did not', () => {
    expect([value('evt.res', openat), value('evt.rawres', openat), value('evt.failed', openat)]).toEqual([
      'ENOENT',
      -2,
      true,
    ]);
    expect([value('evt.res', read), value('evt.rawres', read), value('evt.failed', read)]).toEqual([
      'SUCCESS',
      5,
      false,
    ]);
    expect([value('evt.count.error', openat), value('evt.count.error', read)]).toEqual([1, 0]);
  });

  test('are missing where no call returns', () => {
    for (const event of [generic, procinfo, testEvent('SYSCALL_READ_X', [])]) {
      expect([
        value('evt.res', event),
        value('evt.rawres', event),
        value('evt.failed', event),
        value('evt.count.error', event),
      ]).toEqual([null, null, null, null]);
    }
  });

  test('of 32 bits count as well', () => {
    expect(value('evt.rawres', testEvent('SYSCALL_GETUID_X', [1000]))).toBe(1000);
  });

  test('large ones are exact', () => {
    expect(value('evt.rawres', testEvent('SYSCALL_BRK_4_X', [2n ** 63n + 1n]))).toBe(-(2n ** 63n) + 1n);
  });

  test('errors are counted by what the call is about', () => {
    expect([
      value('evt.count.error.file', openat),
      value('evt.count.error.net', openat),
      value('evt.count.error.other', openat),
    ]).toEqual([1, null, null]);
    expect([value('evt.count.error.memory', mmap), value('evt.count.error.other', mmap)]).toEqual([1, null]);
    const onSocket = testEvent('SYSCALL_READ_X', [-11], { fd: testFd({ type: fdTypes.unix }) });
    expect([value('evt.count.error.net', onSocket), value('evt.count.error.file', onSocket)]).toEqual([
      1,
      null,
    ]);
    const onPipe = testEvent('SYSCALL_READ_X', [-11], { fd: testFd({ type: fdTypes.fifo }) });
    expect([value('evt.count.error.other', onPipe), value('evt.count.error.net', onPipe)]).toEqual([1, null]);
    expect(value('evt.count.error.net', testEvent('SOCKET_CONNECT_X', [-111]))).toBe(1);
  });

  test('events are counted', () => {
    expect([
      value('evt.count', openat),
      value('evt.count.exit', openat),
      value('evt.count.exit', procinfo),
    ]).toEqual([1, 1, null]);
    expect([
      value('evt.count.procinfo', procinfo),
      value('evt.count.threadinfo', procinfo),
      value('evt.count.procinfo', openat),
    ]).toEqual([1, 1, 0]);
  });
});

describe('input and output', () => {
  test('kinds of events', () => {
    expect([
      value('evt.is_io', read),
      value('evt.is_io_read', read),
      value('evt.is_io_write', read),
      value('evt.io_dir', read),
    ]).toEqual([true, true, false, 'read']);
    expect([value('evt.is_io', openat), value('evt.io_dir', openat), value('evt.is_wait', openat)]).toEqual([
      false,
      null,
      false,
    ]);
    expect(value('evt.io_dir', testEvent('SYSCALL_WRITE_X', []))).toBe('write');
    expect(value('evt.is_wait', testEvent('SYSCALL_POLL_X', []))).toBe(true);
  });

  test('writes to the system log', () => {
    const log = testFd({ type: fdTypes.unix, name: 'a->b /dev/log' });
    expect(value('evt.is_syslog', testEvent('SYSCALL_WRITE_X', [1], { fd: log }))).toBe(true);
    expect(value('evt.is_syslog', testEvent('SYSCALL_READ_X', [1], { fd: log }))).toBe(false);
  });

  test('lengths of what was moved', () => {
    const file = testEvent('SYSCALL_READ_X', [5, 'hello', 4, 9], { fd: testFd() });
    const socket = testEvent('SYSCALL_WRITE_X', [6, 'hello', 4, 9], { fd: testFd({ type: fdTypes.ipv4 }) });
    const lengths = (event: EventView): FieldValue[] =>
      ['', '.in', '.out', '.file', '.file.in', '.file.out', '.net', '.net.in', '.net.out'].map((suffix) =>
        value(`evt.buflen${suffix}`, event),
      );
    expect(lengths(file)).toEqual([5, 5, null, 5, 5, null, null, null, null]);
    expect(lengths(socket)).toEqual([6, null, 6, null, null, null, 6, null, 6]);
    expect(value('evt.buflen', read)).toBeNull();
    expect(value('evt.buflen', testEvent('SYSCALL_READ_X', [-5], { fd: testFd() }))).toBeNull();
  });

  test('how files are opened', () => {
    const how = (event: EventView): FieldValue[] =>
      ['read', 'write', 'exec', 'create'].map((suffix) => value(`evt.is_open_${suffix}`, event));
    expect(how(openat)).toEqual([true, true, false, true]);
    expect(how(testEvent('SYSCALL_OPEN_X', [3, '/x', 1, 0, 0, 0]))).toEqual([true, false, false, false]);
    expect(how(testEvent('SYSCALL_OPEN_X', [3, '/x', 4 | 2, 0o100, 0, 0]))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(how(testEvent('SYSCALL_OPENAT2_X', [3, -100, '/x', 8192 | 3, 0, 0, 0, 0]))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(how(testEvent('SYSCALL_OPEN_BY_HANDLE_AT_X', [3, 3, 4 | 1, '/x', 0, 0]))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(how(testEvent('SYSCALL_CREAT_X', [3, '/x', 0o755, 0, 0, 0]))).toEqual([false, false, true, false]);
    expect(how(read)).toEqual([false, false, false, false]);
  });
});

describe('absolute paths', () => {
  test('of calls with one path and with two', () => {
    expect(value('evt.abspath', openat)).toBe('/srv/y');
    const rename = testEvent('SYSCALL_RENAMEAT2_X', [0, -100, 'a', 4, 'b', 0], { thread });
    expect(['src', 'dst', undefined].map((which) => value('evt.abspath', rename, which))).toEqual([
      '/home/u/a',
      '/srv/b',
      '/home/u/a',
    ]);
    const byHandle = testEvent('SYSCALL_OPEN_BY_HANDLE_AT_X', [3, 3, 1, '/a/../b', 0, 0], { thread });
    expect(value('evt.abspath', byHandle)).toBe('/b');
  });

  test('say where a directory is unknown', () => {
    expect(value('evt.abspath', testEvent('SYSCALL_MKDIRAT_X', [0, 99, 'x', 0], { thread }))).toBe(
      '<UNKNOWN>/x',
    );
    expect(value('evt.abspath', testEvent('SYSCALL_MKDIRAT_X', [0, 99, '/x', 0], { thread }))).toBe('/x');
  });

  test('are missing without a thread, without parameters and for other calls', () => {
    expect(value('evt.abspath', testEvent('SYSCALL_MKDIRAT_X', [0, -100, 'x', 0]))).toBeNull();
    expect(value('evt.abspath', testEvent('SYSCALL_MKDIRAT_X', [0, -100, null, 0], { thread }))).toBeNull();
    expect(value('evt.abspath', read)).toBeNull();
  });
});

test('events of Docker in old captures', () => {
  const event = testEvent('INFRASTRUCTURE_EVENT_E', [
    'docker',
    'die',
    'Event: die; ID:0123456789abcdef; name: web ;Image: nginx@sha256:00',
    '',
  ]);
  expect(
    ['name', 'container.id', 'container.name', 'container.image'].map((name) =>
      value(`evt.infra.docker.${name}`, event),
    ),
  ).toEqual(['die', '0123456789ab', 'web', 'nginx']);
  const byDigest = testEvent('INFRASTRUCTURE_EVENT_E', ['docker', 'die', 'Image:sha256:00ff', '']);
  expect(value('evt.infra.docker.container.image', byDigest)).toBe('sha256:00ff');
  expect(value('evt.infra.docker.name', byDigest)).toBeNull();
  expect(value('evt.infra.docker.name', read)).toBeNull();
});

test('the counter counts', () => {
  const first = Number(value('util.cnt', read));
  expect(value('util.cnt', read)).toBe(first + 1);
});
