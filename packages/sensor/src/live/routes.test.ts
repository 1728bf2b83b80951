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
const typeOf = (route: number | undefined): number => (route ?? 0) & 0xffff;

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
  expect(routes.compat[102]).toBe(0xffff);
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

test('calls of 32-bit processes with times of 64 bits come, those that write numbers of 16 bits do not', () => {
  const routes = routesFor([idOf('SYSCALL_PPOLL_X'), idOf('SYSCALL_GETRESUID_X')], 'x64');
  expect(typeOf(routes.compat[compatCalls.i386.ppoll])).toBe(idOf('SYSCALL_PPOLL_X'));
  expect(typeOf(routes.compat[compatCalls.i386.ppoll_time64])).toBe(idOf('SYSCALL_PPOLL_X'));
  expect(typeOf(routes.compat[compatCalls.i386.getresuid32])).toBe(idOf('SYSCALL_GETRESUID_X'));
  expect(routes.compat[compatCalls.i386.getresuid]).toBe(0);
});
