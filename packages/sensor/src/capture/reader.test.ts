import { eventTable } from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, logCapture, logText } from './capture-log.ts';
import { emptyFd } from './fd-entry.ts';
import {
  joinBytes,
  rawBlock,
  rawEvent,
  rawFds,
  rawInterfaces,
  rawMachine,
  rawSection,
  rawThreads,
  rawUsers,
  toOldEvent,
} from './raw-capture.ts';
import { sampleCapture, sampleFds, sampleInterfaces, sampleMachine, sampleThread } from './sample-capture.ts';
import { emptyThread } from './thread-entry.ts';

const close = eventBytes('SYSCALL_CLOSE_X', [0, 3], { tid: 42 });
const open = eventBytes('SYSCALL_OPENAT_2_X', [3, -100, '/etc/hosts', 1, 0, 5, 9], { tid: 42 });
const section = rawSection();

function read(...parts: readonly Uint8Array[]): ReturnType<typeof logCapture> {
  return logCapture([joinBytes(...parts)]);
}

function failureOf(...parts: readonly Uint8Array[]): string {
  return read(...parts).failure?.message ?? 'no failure';
}

describe('what a capture says about the system', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('process lists of version %i give what they hold', (version) => {
    const thread = sampleThread();
    const { threads, failure } = read(section, rawThreads(version, [thread, thread]), rawEvent(0x216, close));
    expect(failure).toBeNull();
    expect(threads).toHaveLength(2);
    const known = knownUntil(version);
    for (const key of Object.keys(thread) as (keyof typeof thread)[]) {
      expect([key, threads[1]![key]]).toEqual([key, known.has(key) ? thread[key] : emptyThread()[key]]);
    }
  });

  test('a process list of version 9 may end after any field', () => {
    const thread = sampleThread();
    for (const bytes of [0, 4, 5, 13, 21, 29]) {
      const [record] = read(section, rawThreads(9, [thread], bytes), rawEvent(0x216, close)).threads;
      expect([record!.loginuid, record!.exeWritable, record!.capEffective, record!.tty]).toEqual([
        bytes >= 4 ? thread.loginuid : 0xffff_ffff,
        bytes >= 5,
        bytes >= 29 ? thread.capEffective : 0n,
        0,
      ]);
    }
    const [whole] = read(section, rawThreads(9, [thread], 42), rawEvent(0x216, close)).threads;
    expect([whole!.tty, whole!.exeUpperLayer, whole!.pgid]).toEqual([thread.tty, true, -1]);
  });

  test.each([1, 2])('descriptor lists of version %i give each kind of descriptor', (version) => {
    const { fds, failure } = read(section, rawFds(version, 42, sampleFds()), rawEvent(0x216, close));
    expect(failure).toBeNull();
    const expected = sampleFds().map((record) => ({ ...record, dev: version === 1 ? 0 : record.dev }));
    expect(fds.map(({ record }) => record)).toEqual(expected);
    expect(new Set(fds.map(({ tid }) => tid))).toEqual(new Set([42]));
  });

  test('a descriptor of an unknown kind is unsupported, and what a newer writer added is passed over', () => {
    const fds = [emptyFd(3, 4, 77), { ...emptyFd(5, 6, 1), name: 'a' }];
    const log = read(section, rawFds(2, 1, fds, 8), rawEvent(0x216, close));
    expect(log.fds.map(({ record }) => [record.fd, record.type, record.name])).toEqual([
      [3, 10, 'unknown-type:[77]'],
      [5, 1, 'a'],
    ]);
  });

  test.each([1, 2])('interface lists of version %i give both families', (version) => {
    for (const hasSpeed of [true, false]) {
      const log = read(section, rawInterfaces(version, sampleInterfaces(), hasSpeed), rawEvent(0x216, close));
      const expected = sampleInterfaces().map((entry) => ({
        ...entry,
        linkSpeed: hasSpeed ? entry.linkSpeed : 0,
      }));
      expect(log.interfaceLists).toEqual([expected]);
    }
  });

  test.each([1, 2])('user lists of version %i give users and groups', (version) => {
    const user = { uid: 1000, gid: 100, name: 'ann', home: '/home/ann', shell: '/bin/sh' };
    const log = read(section, rawUsers(version, [user], [{ gid: 5, name: 'tty' }]), rawEvent(0x216, close));
    expect([log.users, log.groups]).toEqual([[user], [{ gid: 5, name: 'tty' }]]);
  });

  test('the machine, also in a block that has grown', () => {
    const block = rawMachine(sampleMachine);
    const grown = rawBlock(0x8002abcd, joinBytes(block.subarray(8, -4), new Uint8Array(9)));
    expect(read(section, block, grown, rawEvent(0x216, close)).machines).toEqual([
      sampleMachine,
      sampleMachine,
    ]);
  });

  test('texts of threads end at their first NUL and a malformed list of control groups counts as none', () => {
    const thread = {
      ...emptyThread(),
      comm: 'a\0b',
      args: [''],
      cgroups: [
        ['cpu', '/'],
        ['', ''],
      ] as [string, string][],
    };
    const [record] = read(section, rawThreads(9, [thread]), rawEvent(0x216, close)).threads;
    expect([record!.comm, record!.args, record!.cgroups]).toEqual(['a', [], thread.cgroups]);
    const noEquals = rawThreads(9, [{ ...emptyThread(), env: ['cpu'] }]);
    expect(read(section, noEquals, rawEvent(0x216, close)).threads[0]!.env).toEqual(['cpu']);
  });

  test('unknown blocks before the events are passed over and counted', () => {
    const unknown = rawBlock(0x999, new Uint8Array(1001));
    expect(
      read(section, unknown, rawThreads(9, [sampleThread()]), rawEvent(0x216, close)).threads,
    ).toHaveLength(1);
  });

  test('options behind a section header are passed over', () => {
    expect(read(rawSection(1, 0, new Uint8Array(24)), rawEvent(0x216, close)).events).toHaveLength(1);
  });
});

describe('events', () => {
  test.each([0x204, 0x8010abcd, 0x208, 0x216, 0x217, 0x221, 0x222])('of blocks of type %i', (type) => {
    const log = read(section, rawEvent(type, open, 3, 0x11), rawEvent(type, close, 1, 0));
    expect(log.failure).toBeNull();
    expect(log.events.map(({ code, cpu, bytes }) => [code, cpu, bytes])).toEqual([
      ['SYSCALL_OPENAT_2_X', 3, open],
      ['SYSCALL_CLOSE_X', 1, close],
    ]);
    const isFlagged = [0x208, 0x217, 0x222].includes(type);
    expect(log.events.map(({ flags }) => flags)).toEqual([isFlagged ? 0x11 : 0, 0]);
  });

  test('of types that the schema does not know are skipped', () => {
    const unknown = close.slice();
    new DataView(unknown.buffer).setUint16(20, eventTable.length, true);
    expect(read(section, rawEvent(0x216, unknown), rawEvent(0x216, close)).events).toHaveLength(1);
  });

  test('beyond 64 KiB come in large blocks only', () => {
    const large = eventBytes('ASYNCEVENT_E', [0, 'x', 'y'.repeat(300_000)]);
    const [event] = read(section, rawEvent(0x221, large)).events;
    expect(Buffer.compare(event!.bytes, large)).toBe(0);
    expect(failureOf(section, rawEvent(0x216, large))).toContain('an event block of 300');
    expect(
      logCapture([joinBytes(section, rawEvent(0x221, large))], { blockBytes: 100_000 }).failure?.message,
    ).toContain('where 40 to 100000 are allowed');
  });

  test('that are old or unused do not come out', () => {
    const unused = eventTable.find(({ isUnused }) => isUnused)!;
    const old = eventTable.find((info) => info.isOldVersion && !info.isConverterManaged)!;
    const log = read(section, ...[unused, old].map(({ code }) => rawEvent(0x216, eventBytes(code, []))));
    expect([log.events, log.failure]).toEqual([[], null]);
  });

  test('of old captures come out converted', () => {
    const enter = eventBytes('SYSCALL_CLOSE_E', [7], { tid: 42 });
    const exit = eventBytes('SYSCALL_CLOSE_X', [-9], { tid: 42 });
    const log = read(section, rawEvent(0x204, enter), rawEvent(0x204, exit));
    expect(log.events.map(({ bytes }) => bytes)).toEqual([
      eventBytes('SYSCALL_CLOSE_X', [-9, 7], { tid: 42 }),
    ]);
  });

  test('of old captures wait in a bounded table, which counts what it gave up', () => {
    const enters = [1, 2, 3].map((tid) => rawEvent(0x216, eventBytes('SYSCALL_CLOSE_E', [7], { tid })));
    const exits = [1, 2, 3].map((tid) => rawEvent(0x216, eventBytes('SYSCALL_CLOSE_X', [0], { tid })));
    const log = logCapture([joinBytes(section, ...enters, ...exits)], { storedThreads: 2 });
    expect(log.evictions).toBe(1);
    expect(log.events.map(({ bytes }) => bytes.at(-8))).toEqual([0, 7, 7]);
  });

  test('of two old types have a length that is three bytes too long', () => {
    const event = eventBytes('NOTIFICATION_E', ['id', 'text']);
    const old = toOldEvent(event);
    const overlong = joinBytes(old, new Uint8Array(3));
    new DataView(overlong.buffer).setUint32(16, overlong.length, true);
    const log = read(section, rawBlock(0x204, joinBytes(new Uint8Array(2), overlong)));
    expect(log.events.map(({ bytes }) => bytes)).toEqual([event]);
  });

  test('may be followed by another capture, which starts anew', () => {
    const enter = rawEvent(0x216, eventBytes('SYSCALL_CLOSE_E', [7]));
    const exit = rawEvent(0x216, eventBytes('SYSCALL_CLOSE_X', [0]));
    const log = read(section, enter, section, rawThreads(9, [sampleThread()]), exit);
    expect([log.sections, log.threads.length, log.events.length]).toEqual([2, 1, 1]);
    // The enter event belonged to another machine's thread.
    expect(log.events[0]!.bytes).toEqual(eventBytes('SYSCALL_CLOSE_X', [0, 0]));
  });
});

describe('a damaged capture', () => {
  const event = rawEvent(0x216, close);
  const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    new DataView(copy.buffer).setUint32(at, value, true);
    return copy;
  };
  const thread = rawThreads(9, [sampleThread()]);

  test.each([
    ['nothing', [], 'the capture is empty'],
    ['no events', [section], 'the capture has no events'],
    ['half a block', [section, thread.subarray(0, 50)], 'the capture ends within a block'],
    ['half an event', [section, event, event.subarray(0, 30)], 'the capture ends within a block'],
    ['half a header', [section, event, event.subarray(0, 5)], 'the capture ends within a block'],
    ['no section first', [event], 'a section was expected, not a block of type 0x216'],
    [
      'a block among the events',
      [section, event, thread],
      'a section was expected, not a block of type 0x215',
    ],
    ['a short section', [patched(section, 4, 20)], 'a section header of 20 bytes'],
    ['the other byte order', [patched(section, 8, 0x4d3c2b1a)], 'the magic number 0x4d3c2b1a'],
    ['a later version', [rawSection(2, 0), event], 'in version 2.0'],
    [
      'a block without a body',
      [section, rawBlock(0x999, new Uint8Array(0), { length: 8 })],
      'a block of 8 bytes',
    ],
    ['a short machine', [section, rawBlock(0x201, new Uint8Array(100))], 'a machine block of 112 bytes'],
    ['a list without a thread', [section, rawBlock(0x218, new Uint8Array(4))], 'a fds block of 16 bytes'],
    [
      'ends that differ',
      [section, rawBlock(0x999, new Uint8Array(8), { trailer: 24 }), event],
      'whose end says 24',
    ],
    ['an entry beyond its list', [section, patched(thread, 8, 5000), event], 'an entry of 5000 bytes'],
    ['an entry shorter than its values', [section, patched(thread, 8, 60), event], 'an entry of 60 bytes'],
    [
      'a list cut short',
      [section, rawBlock(0x215, thread.subarray(8, 60)), event],
      'reaches beyond its list',
    ],
    [
      'a long text',
      [section, rawThreads(9, [{ ...emptyThread(), cwd: 'x'.repeat(1025) }])],
      'a text of 1025 bytes',
    ],
    [
      'a long name',
      [section, rawFds(1, 1, [{ ...emptyFd(1, 1, 1), name: 'x'.repeat(1024) }])],
      'a text of 1024 bytes',
    ],
    [
      'an unknown interface',
      [section, rawBlock(0x205, Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0))],
      'an interface of the unknown type 9',
    ],
    [
      'a long interface name',
      [section, rawInterfaces(1, [{ ...sampleInterfaces()[0]!, name: 'x'.repeat(2000) }])],
      'an interface name of 2000 bytes',
    ],
    ['a short event block', [section, patched(event, 4, 36)], 'an event block of 36 bytes'],
    ['an event beyond its block', [section, patched(event, 26, 5000)], 'an event of 5000 bytes'],
    ['an event shorter than its header', [section, patched(event, 26, 20)], 'in an event of 20 bytes'],
    ['many parameters', [section, patched(event, 32, 1000)], 'an event with 1000 parameters'],
    ['lengths beyond the event', [section, patched(event, 32, 60)], '60 parameter lengths in an event'],
    ['parameters beyond the event', [section, patched(event, 36, 0x00ff_0008)], 'parameters of'],
    [
      'an old event beyond its block',
      [section, patched(rawEvent(0x204, close), 26, 5000)],
      'an old event of 5000',
    ],
    [
      'an old event that does not add up',
      [section, patched(rawEvent(0x204, close), 32, 0x3)],
      'do not add up',
    ],
    [
      'an old block with a new type',
      [section, rawEvent(0x204, eventBytes('ASYNCEVENT_E', [0, 'a', 'b']))],
      'that came after this form of blocks',
    ],
    [
      'an event that no schema has',
      [section, rawEvent(0x216, eventBytes('SYSCALL_OPENAT_2_X', [3]))],
      'SYSCALL_OPENAT_2_X with 1 parameters is in no known schema',
    ],
  ])('with %s is refused', (_what, parts, message) => {
    expect(failureOf(...parts)).toContain(message);
  });

  test('gives all that comes before, and says where the damage is', () => {
    const log = read(section, thread, event, event, patched(event, 4, 7), event);
    expect([log.threads.length, log.events.length]).toEqual([1, 2]);
    const offset = section.length + thread.length + 2 * event.length;
    expect(log.failure?.code).toBe('capture.format');
    expect(log.failure?.details).toEqual({ offset });
    expect(log.failure?.message).toContain(`(at byte ${offset})`);
  });

  test('cut off anywhere gives a part of the whole, and an error unless the cut is between events', () => {
    const whole = sampleCapture(100);
    const complete = logCapture([whole]);
    expect(complete.failure).toBeNull();
    const wrong: number[] = [];
    let cleanEnds = 0;
    for (let length = 0; length < whole.length; length++) {
      const log = logCapture([whole.subarray(0, length)]);
      const event = log.events.at(-1);
      const expected = complete.events[log.events.length - 1];
      const isSame = event === undefined || Buffer.compare(event.bytes, expected!.bytes) === 0;
      if (!isSame || (log.failure !== null && log.failure.code !== 'capture.format')) {
        wrong.push(length);
      }
      cleanEnds += log.failure === null ? 1 : 0;
    }
    expect(wrong).toEqual([]);
    // Between two of its 34 recorded events of the first section, or behind the last; and the same in the second.
    expect(cleanEnds).toBe(45);
  });

  test('stays refused', () => {
    const bytes = joinBytes(section, patched(event, 4, 7));
    const first = logCapture([bytes]);
    const again = logCapture([bytes, bytes]);
    expect(again.failure?.message).toBe(first.failure?.message);
  });

  test('cannot make the reader hold more than it was given', () => {
    const promise = rawBlock(0x221, close, { length: 16 * 1024 * 1024 });
    expect(logCapture([joinBytes(section, promise)]).failure?.message).toContain('ends within a block');
  });

  test('with endless interfaces is refused', () => {
    const many = Array.from({ length: 20_000 }, () => sampleInterfaces()[0]!);
    expect(failureOf(section, rawInterfaces(2, many), event)).toContain('network interfaces');
  });
});

test('a capture reads the same however it is cut into chunks', () => {
  const whole = sampleCapture();
  const log = logCapture([whole]);
  const expected = logText(log);
  expect(log.failure).toBeNull();
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 5000 })), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(fc.property(sizes, (list) => logText(logCapture(cut(whole, list))) === expected));
  expect(logText(logCapture(cut(whole, [1])))).toBe(expected);
});

function knownUntil(version: number): Set<string> {
  const added: string[][] = [
    [],
    ['tid', 'pid', 'ptid', 'comm', 'exe', 'args', 'cwd', 'fdLimit', 'flags', 'uid', 'gid'],
    ['vmSizeKb', 'vmRssKb', 'vmSwapKb', 'majorFaults', 'minorFaults'],
    ['env'],
    ['vtid', 'vpid', 'cgroups'],
    ['root'],
    ['sid'],
    ['exePath'],
    ['vpgid'],
    Object.keys(emptyThread()),
  ];
  return new Set(added.slice(0, version + 1).flat());
}
