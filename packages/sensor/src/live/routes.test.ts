import { eventTable, systemCalls } from '@lanner/engine';
import { expect, test } from 'vitest';
import compatCalls from './compat-calls.json' with { type: 'json' };
import { recordedTypes } from './recorded-types.ts';
import { routesFor, singleCall, typeOfInterest } from './routes.ts';
import { unrecordedReasons } from './unrecorded-types.ts';

function idOf(code: string): number {
  return eventTable.findIndex((info) => info.code === code);
}

const openat = idOf('SYSCALL_OPENAT_2_X');
const socket = idOf('SOCKET_SOCKET_X');
const typeOf = (route: number | undefined): number => (route ?? 0) & 0xfff;
const formOf = (route: number | undefined): number => ((route ?? 0) >> 12) & 15;
const callOf = (route: number | undefined): string | undefined =>
  systemCalls.find(({ code }) => code === (route ?? 0) >>> 16)?.name;

test('only the calls that give the wanted types are watched', () => {
  const routes = routesFor([openat], 'x64');
  const watched = [...routes.native.entries()].filter(([, route]) => route !== 0);
  expect(watched.map(([number]) => number)).toEqual([257]);
  expect(typeOf(routes.native[257])).toBe(openat);
  expect(typeOf(routes.compat[295])).toBe(openat);
  expect(routes).toMatchObject({ exec: false, exit: false });
  expect(typeOf(routesFor([openat], 'arm64').native[56])).toBe(openat);
  expect(typeOf(routesFor([openat], 'arm64').compat[322])).toBe(openat);
});

test('socket calls of 32-bit x86 come by way of socketcall', () => {
  const routes = routesFor([socket], 'x64');
  expect([formOf(routes.compat[102]), formOf(routes.socketcall[1])]).toEqual([1, 0]);
  expect(typeOf(routes.socketcall[1])).toBe(socket);
  expect(routesFor([openat], 'x64').compat[102]).toBe(0);
});

test('a program that starts and a thread that ends have their own switches', () => {
  expect(routesFor([idOf('SYSCALL_EXECVEAT_X')], 'x64').exec).toBe(true);
  expect(routesFor([idOf('PROCEXIT_1_E')], 'x64').exit).toBe(true);
});

test('a number of scap goes along, for events that have only that', () => {
  const generic = systemCalls.find((call) => call.name === 'sysinfo');
  const routes = routesFor([generic?.event ?? -1], 'x64');
  expect((routes.native[generic?.x64 ?? -1] ?? 0) >>> 16).toBe(generic?.code);
});

test('interest in one system call watches that one only', () => {
  const call = systemCalls.find(({ name }) => name === 'pivot_root');
  if (call === undefined) {
    throw new Error('no such call');
  }
  const routes = routesFor([singleCall(call)], 'x64');
  const watched = [...routes.native.entries()].filter(([, route]) => route !== 0);
  expect(watched).toEqual([[call.x64, singleCall(call)]]);
  expect(typeOf(routes.native[call.x64 ?? -1])).toBe(idOf('GENERIC_X'));
  expect(typeOfInterest(singleCall(call))).toBe(idOf('GENERIC_X'));
});

test('numbers of 32-bit calls do not collide', () => {
  for (const numbers of [Object.values(compatCalls.i386), Object.values(compatCalls.arm)]) {
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test('every event type of a system call or tracepoint is recorded, or stands in the list of those that are not', () => {
  const current = eventTable.filter(
    ({ code, categories, isUnused, isOldVersion, isEnter }) =>
      !isUnused &&
      !isOldVersion &&
      (categories.includes('TRACEPOINT') || (categories.includes('SYSCALL') && !isEnter)) &&
      code !== 'PROCEXIT_X',
  );
  const missing = current.filter(({ id }) => !recordedTypes.has(id)).map(({ code }) => code);
  expect(missing.sort()).toEqual(Object.keys(unrecordedReasons).sort());
  expect(current.length).toBeGreaterThan(150);
});

test('calls of System V of 32-bit x86 come by way of ipc', () => {
  const routes = routesFor([idOf('SYSCALL_SEMOP_X')], 'x64');
  expect(formOf(routes.compat[117])).toBe(2);
  expect([...routes.ipc].flatMap((route, number) => (route === 0 ? [] : [[number, callOf(route)]]))).toEqual([
    [1, 'semop'],
  ]);
  expect(routesFor(recordedTypes, 'x64').ipc.filter((route) => route !== 0)).toHaveLength(12);
  expect(routesFor([openat], 'x64').compat[117]).toBe(0);
  expect(routesFor(recordedTypes, 'arm64').compat[117]).not.toBe(routesFor(recordedTypes, 'x64').compat[117]);
});

test('who asks for ipc or socketcall by that name gets what they carry', () => {
  const call = systemCalls.find(({ name }) => name === 'ipc')!;
  const routes = routesFor([singleCall(call)], 'x64');
  expect(callOf(routes.ipc[2])).toBe('ipc');
  expect(routes.ipc[0]).toBe(0);
  expect(formOf(routes.compat[117])).toBe(2);
});

/** Of i386: numbers that stand for nothing, or for what Linux has long given up. */
const noCalls = [
  17, 31, 32, 35, 44, 53, 56, 58, 98, 137, 189, 222, 223, 251, 273, 285, 387, 388, 389, 390, 391, 392, 415,
];
/** Calls of i386 under other names than those that scap knows them by. */
const counterparts: Readonly<Record<string, string>> = {
  vm86old: 'vm86',
  truncate64: 'truncate',
  ftruncate64: 'ftruncate',
  lchown32: 'lchown',
  setreuid32: 'setreuid',
  setregid32: 'setregid',
  getgroups32: 'getgroups',
  setgroups32: 'setgroups',
  fchown32: 'fchown',
  chown32: 'chown',
  setfsuid32: 'setfsuid',
  setfsgid32: 'setfsgid',
  fadvise64_64: 'fadvise64',
  clock_gettime64: 'clock_gettime',
  clock_settime64: 'clock_settime',
  clock_adjtime64: 'clock_adjtime',
  clock_getres_time64: 'clock_getres',
  clock_nanosleep_time64: 'clock_nanosleep',
  timer_gettime64: 'timer_gettime',
  timer_settime64: 'timer_settime',
  timerfd_gettime64: 'timerfd_gettime',
  timerfd_settime64: 'timerfd_settime',
  utimensat_time64: 'utimensat',
  pselect6_time64: 'pselect6',
  ppoll_time64: 'ppoll',
  io_pgetevents_time64: 'io_pgetevents',
  recvmmsg_time64: 'recvmmsg',
  mq_timedsend_time64: 'mq_timedsend',
  mq_timedreceive_time64: 'mq_timedreceive',
  semtimedop_time64: 'semtimedop',
  rt_sigtimedwait_time64: 'rt_sigtimedwait',
  futex_time64: 'futex',
  sched_rr_get_interval_time64: 'sched_rr_get_interval',
};
/** They carry others, and have no event of their own where these have. */
const carriers = new Set(['socketcall', 'ipc']);

test.each([
  ['x64', compatCalls.i386],
  ['arm64', compatCalls.arm],
] as const)('every 32-bit call of %s gives the event of the call that it is', (architecture, numbers) => {
  const { compat } = routesFor(recordedTypes, architecture);
  const told = Object.entries(numbers).map(([name, number]) => [name, callOf(compat[number])]);
  const expected = Object.keys(numbers).map((name) => [name, counterparts[name] ?? name]);
  const isOwn = ([name]: readonly (string | undefined)[]): boolean => !carriers.has(name ?? '');
  expect(told.filter(isOwn)).toEqual(expected.filter(isOwn));
  for (const { name, event } of systemCalls) {
    const number = new Map<string, number>(Object.entries(numbers)).get(name);
    if (number !== undefined && !carriers.has(name)) {
      expect([name, typeOf(compat[number])]).toEqual([name, event]);
    }
  }
});

test('no number of i386 is left out', () => {
  const { compat } = routesFor(recordedTypes, 'x64');
  const newest = Math.max(...systemCalls.map(({ x64 }) => x64 ?? 0));
  const unseen = Array.from({ length: newest + 1 }, (_, number) => number).filter(
    (number) => compat[number] === 0,
  );
  expect(unseen).toEqual(noCalls);
});

test('where arguments differ from those of 64 bits the route says how', () => {
  const x64 = routesFor(recordedTypes, 'x64').compat;
  const arm = routesFor(recordedTypes, 'arm64').compat;
  const { i386 } = compatCalls;
  const shortIds = [i386.setuid, i386.setgid, i386.setreuid, i386.setregid, i386.setresuid, i386.setresgid];
  expect(shortIds.map((number) => formOf(x64[number]))).toEqual([4, 4, 4, 4, 4, 4]);
  expect(
    [i386.setuid32, i386.chown32, i386.mmap2, i386.sendfile].map((number) => formOf(x64[number])),
  ).toEqual([0, 0, 0, 0]);
  expect([formOf(x64[i386.pread64]), formOf(arm[compatCalls.arm.pread64])]).toEqual([6, 7]);
  expect(formOf(x64[i386.mmap])).toBe(3);
  expect(routesFor(recordedTypes, 'x64').native.every((route) => formOf(route) === 0)).toBe(true);
});
