import { eventTable, systemCalls } from '@lanner/engine';
import { expect, test } from 'vitest';
import compatCalls from './compat-calls.json' with { type: 'json' };
import { recordedTypes } from './recorded-types.ts';
import { routesFor } from './routes.ts';

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

test('numbers of 32-bit calls do not collide', () => {
  for (const numbers of [Object.values(compatCalls.i386), Object.values(compatCalls.arm)]) {
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test('every event type that an upstream rule or the state needs is recorded', () => {
  const names = new Set([...recordedTypes].map((type) => eventTable[type]?.name));
  const needed = [
    'accept accept4 bind bpf capset chdir chmod chown chroot clone clone3 close close_range connect creat dup dup2',
    'dup3 epoll_create epoll_create1 eventfd eventfd2 execve execveat fchdir fchmod fchmodat fchown fchownat fcntl',
    'finit_module fork init_module inotify_init inotify_init1 io_uring_enter io_uring_register io_uring_setup kill',
    'lchown link linkat listen memfd_create mkdir mkdirat mmap mount mprotect open open_by_handle_at openat openat2',
    'pidfd_getfd pidfd_open pipe pipe2 prctl prlimit procexit ptrace recvfrom recvmmsg recvmsg rename renameat',
    'renameat2 rmdir sendmmsg sendmsg sendto setgid setns setregid setresgid setresuid setreuid setrlimit setsid',
    'setuid shutdown signalfd signalfd4 socket socketpair symlink symlinkat tgkill timerfd_create tkill umount',
    'umount2 unlink unlinkat unshare userfaultfd vfork',
  ].flatMap((line) => line.split(' '));
  expect(needed.filter((name) => !names.has(name))).toEqual([]);
});
