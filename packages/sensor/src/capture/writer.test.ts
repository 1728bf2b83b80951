import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { EventView, fdTypes } from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blankState } from './blank-state.ts';
import { type CaptureLog, cut, logCapture, logText } from './capture-log.ts';
import { emptyFd } from './fd-entry.ts';
import { joinBytes } from './raw-capture.ts';
import type { FdRecord, ThreadRecord } from './records.ts';
import { sampleCapture, sampleFds, sampleMachine, sampleThread } from './sample-capture.ts';
import { emptyThread } from './thread-entry.ts';
import { CaptureWriter } from './writer.ts';

/** Writes all that a log holds, in the order of a capture. */
function write(log: CaptureLog): Uint8Array {
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => pieces.push(bytes));
  writer.section();
  for (const machine of log.machines) {
    writer.machine(machine);
  }
  for (const list of log.interfaceLists) {
    writer.interfaces(list);
  }
  for (const user of log.users) {
    writer.user(user);
  }
  for (const group of log.groups) {
    writer.group(group);
  }
  for (const thread of log.threads) {
    writer.thread(thread);
  }
  for (const { tid, record } of log.fds) {
    writer.fd(tid, record);
  }
  const view = new EventView(blankState);
  for (const { bytes, cpu, flags } of log.events) {
    view.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset), 0, cpu);
    writer.event(view, flags);
  }
  writer.end();
  const whole = joinBytes(...pieces);
  expect(writer.bytes).toBe(whole.length);
  return whole;
}

test('what was read from a capture of any version is read again from what is written of it', () => {
  const first = logCapture([sampleCapture()]);
  expect(first.failure).toBeNull();
  const again = logCapture([write(first)]);
  // Sections that follow each other are written as one.
  again.sections = first.sections;
  expect(logText(again)).toBe(logText(first));
});

test('a capture of the current version is written again byte for byte', () => {
  const fixture = new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url);
  const whole = gunzipSync(readFileSync(fixture));
  expect(Buffer.compare(write(logCapture(cut(whole, [65_536]))), whole)).toBe(0);
});

const byteText = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength });
// A lone empty text is no text at all: that is how the format has it.
const texts = fc.array(byteText(30), { maxLength: 5 }).filter((list) => list.length !== 1 || list[0] !== '');
const id = fc.integer({ min: -1, max: 2 ** 40 });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

const thread: fc.Arbitrary<ThreadRecord> = fc.record({
  ...ids(
    'tid',
    'pid',
    'ptid',
    'sid',
    'vpgid',
    'pgid',
    'vtid',
    'vpid',
    'fdLimit',
    'majorFaults',
    'minorFaults',
  ),
  comm: byteText(20),
  exe: byteText(20),
  exePath: byteText(1024),
  args: texts,
  cwd: byteText(50),
  root: byteText(5),
  env: texts,
  cgroups: fc.array(
    fc.tuple(
      byteText(8).map((text) => text.replaceAll('=', '_')),
      byteText(40),
    ),
    { maxLength: 4 },
  ),
  flags: u32,
  uid: u32,
  gid: u32,
  loginuid: u32,
  vmSizeKb: u32,
  vmRssKb: u32,
  vmSwapKb: u32,
  pidnsInitStartTs: u64,
  tty: u32,
  capInheritable: u64,
  capPermitted: u64,
  capEffective: u64,
  exeInode: u64,
  exeInodeCtime: u64,
  exeInodeMtime: u64,
  exeWritable: fc.boolean(),
  exeUpperLayer: fc.boolean(),
  exeLowerLayer: fc.boolean(),
  exeFromMemfd: fc.boolean(),
});

function ids<Key extends string>(...keys: Key[]): Record<Key, fc.Arbitrary<number>> {
  // The entries are made of the keys.
  return Object.fromEntries(keys.map((key) => [key, id])) as Record<Key, fc.Arbitrary<number>>;
}

const fd: fc.Arbitrary<FdRecord> = fc
  .record({ sample: fc.constantFrom(...sampleFds()), fd: id, ino: u64, name: byteText(1023) })
  .map(({ sample, fd: number, ino, name }) => ({
    ...sample,
    fd: number,
    ino: ino <= 2n ** 53n - 1n ? Number(ino) : ino,
    name: sample.name === '' ? '' : name,
  }));

const event = fc
  .record({ path: byteText(60), flags: u32, ino: u64, tid: id, ts: u64 })
  .map(({ path, flags, ino, tid, ts }) =>
    eventBytes('SYSCALL_OPENAT_2_X', [3, -100, path, flags, 0, 5, ino], { tid, ts }),
  );

test('any threads, descriptors and events are read as they were written', () => {
  fc.assert(
    fc.property(
      fc.array(thread, { maxLength: 5 }),
      fc.array(fc.record({ tid: id, record: fd }), { maxLength: 8 }),
      fc.array(fc.record({ bytes: event, cpu: fc.nat(65_535), flags: u32 }), { minLength: 1, maxLength: 8 }),
      (threads, fds, events) => {
        const log = logCapture([]);
        log.threads.push(...threads);
        log.fds.push(...fds);
        log.events.push(...events.map((entry) => ({ code: 'SYSCALL_OPENAT_2_X', ...entry })));
        const again = logCapture([write(log)]);
        expect(again.failure).toBeNull();
        expect([again.threads, again.fds]).toEqual([threads, fds]);
        expect(again.events.map(({ bytes, cpu, flags }) => ({ bytes, cpu, flags }))).toEqual(events);
      },
    ),
  );
});

test('a section is written although nobody asked for it', () => {
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => pieces.push(bytes));
  writer.end();
  expect(joinBytes(...pieces)).toHaveLength(28);
});

test('texts beyond the limits of Falco are cut, so that it reads the rest', () => {
  const long = 'x'.repeat(5000);
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => pieces.push(bytes));
  writer.machine({ ...sampleMachine, hostname: long });
  writer.interfaces([{ name: long, address: '\x7f\0\0\x01', netmask: '', broadcast: '' }]);
  writer.user({ uid: 1, gid: 2, name: long, home: long, shell: long });
  writer.group({ gid: 2, name: long });
  writer.thread({ ...emptyThread(), comm: long, args: [long], env: ['a', long], cgroups: [['cpu', long]] });
  writer.fd(1, { ...emptyFd(3, 0, fdTypes.file), name: long });
  writer.end();
  const log = logCapture(pieces);
  expect(log.failure?.message).toContain('no events');
  expect(log.machines[0]!.hostname).toHaveLength(127);
  expect([log.interfaceLists[0]![0]!.name.length, log.interfaceLists[0]![0]!.netmask]).toEqual([
    1023,
    '\0\0\0\0',
  ]);
  expect([log.users[0]!.shell.length, log.groups[0]!.name.length]).toEqual([255, 255]);
  const [record] = log.threads;
  expect([record!.comm.length, record!.args[0]!.length, record!.env[1]!.length]).toEqual([1024, 4096, 4094]);
  expect(record!.cgroups[0]![1]).toHaveLength(4092);
  expect(log.fds[0]!.record.name).toHaveLength(1023);
});

test('long lists are split and handed on in pieces, so that little waits in memory', () => {
  const sizes: number[] = [];
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => {
    sizes.push(bytes.length);
    pieces.push(bytes);
  });
  for (let tid = 0; tid < 20_000; tid++) {
    writer.thread({ ...sampleThread(), tid });
  }
  writer.end();
  expect(Math.max(...sizes)).toBeLessThan(1_200_000);
  const log = logCapture(pieces);
  expect(log.threads.map(({ tid }) => tid)).toEqual(Array.from({ length: 20_000 }, (_, tid) => tid));
});
