import { eventId, type SystemCall, systemCalls } from '@lanner/engine';
import compatCalls from './compat-calls.json' with { type: 'json' };
import { maxCarriedCalls, maxSyscalls, type Routes } from './control.ts';

export type Architecture = 'x64' | 'arm64';

/** Socket calls by their number in socketcall of 32-bit x86. */
const socketCallNames: Readonly<Record<number, string>> = [
  '',
  'socket',
  'bind',
  'connect',
  'listen',
  'accept',
  'getsockname',
  'getpeername',
  'socketpair',
  'send',
  'recv',
  'sendto',
  'recvfrom',
  'shutdown',
  'setsockopt',
  'getsockopt',
  'sendmsg',
  'recvmsg',
  'accept4',
  'recvmmsg',
  'sendmmsg',
];
/** Calls of System V by their number in ipc of 32-bit x86. */
const ipcCallNames: Readonly<Record<number, string>> = {
  1: 'semop',
  2: 'semget',
  3: 'semctl',
  4: 'semtimedop',
  11: 'msgsnd',
  12: 'msgrcv',
  13: 'msgget',
  14: 'msgctl',
  21: 'shmat',
  22: 'shmdt',
  23: 'shmget',
  24: 'shmctl',
};

/** How a call of a 32-bit process has its arguments: `enum form` of packages/sensor/bpf/syscall.h. */
const forms = {
  socketcall: 1,
  ipc: 2,
  pointed: 3,
  shortIds: 4,
  shortOwner: 5,
  splitPosition: 6,
  alignedPosition: 7,
  longOffset: 8,
  signedOffset: 9,
  shortResults: 10,
} as const;
type Form = keyof typeof forms;
/** Those of calls whose arguments differ from the ones of the same call in a process of 64 bits. */
const formsByName: Readonly<Record<string, Form>> = {
  mmap: 'pointed',
  setuid: 'shortIds',
  setgid: 'shortIds',
  setreuid: 'shortIds',
  setregid: 'shortIds',
  setresuid: 'shortIds',
  setresgid: 'shortIds',
  getresuid: 'shortResults',
  getresgid: 'shortResults',
  chown: 'shortOwner',
  lchown: 'shortOwner',
  fchown: 'shortOwner',
  pread64: 'splitPosition',
  pwrite64: 'splitPosition',
  preadv: 'splitPosition',
  pwritev: 'splitPosition',
  sendfile64: 'longOffset',
  lseek: 'signedOffset',
};
/** The same where a pair of arguments begins at an even register. */
const formsOnArm: Readonly<Record<string, Form>> = {
  pread64: 'alignedPosition',
  pwrite64: 'alignedPosition',
};

/** From this number on calls have the same one on all architectures. */
const firstCommonNumber = 424;

interface Wanted {
  readonly has: (call: SystemCall) => boolean;
}

/** Routes have a type in the low bits, above it a form, above that the number of a call in scap's list. */
const formAt = 12;
/** Interest is a type, above it the number of a call. */
const typeBits = 16;

const callsByName = new Map(systemCalls.map((call) => [call.name, call]));
const procexit = eventId('PROCEXIT_1_E');
const execve = eventId('SYSCALL_EXECVE_19_X');
const execveat = eventId('SYSCALL_EXECVEAT_X');

/** Interest in the events of one system call instead of all of its type. */
export function singleCall({ event, code }: Pick<SystemCall, 'event' | 'code'>): number {
  return (code << typeBits) | event;
}

/** The type of the events that are of interest. */
export function typeOfInterest(interest: number): number {
  return interest & (2 ** typeBits - 1);
}

/** Which system calls must be watched so that the events of these types, or of single calls, come. */
export function routesFor(types: Iterable<number>, architecture: Architecture): Routes {
  const interest = new Set(types);
  const wanted: Wanted = {
    has: (call: SystemCall) => interest.has(call.event) || interest.has(singleCall(call)),
  };
  const native = new Uint32Array(maxSyscalls);
  for (const call of systemCalls) {
    if (wanted.has(call)) {
      setRoute(native, call[architecture], singleCall(call));
    }
  }
  const socketcall = new Uint32Array(maxCarriedCalls);
  const ipc = new Uint32Array(maxCarriedCalls);
  const compat = compatRoutes(wanted, architecture);
  if (architecture === 'x64') {
    carry('socketcall', { compat, carried: socketcall, names: socketCallNames, wanted });
    carry('ipc', { compat, carried: ipc, names: ipcCallNames, wanted });
  }
  return {
    native,
    compat,
    socketcall,
    ipc,
    // A successful execveat is told as execve.
    exec: interest.has(execve) || interest.has(execveat),
    exit: interest.has(procexit),
  };
}

/** The call of scap's list that one of a 32-bit process is: the one of its name, or the one whose later or wider form it is. */
function callNamed(name: string): SystemCall | undefined {
  return callsByName.get(name) ?? callsByName.get(name.replace(/(?:_time64|_64|64|32|old)$/, ''));
}

function compatRoutes(wanted: Wanted, architecture: Architecture): Uint32Array {
  const routes = new Uint32Array(maxSyscalls);
  const numbers = architecture === 'x64' ? compatCalls.i386 : compatCalls.arm;
  const formsHere = architecture === 'x64' ? formsByName : { ...formsByName, ...formsOnArm };
  for (const [name, number] of Object.entries(numbers)) {
    const call = callNamed(name);
    if (call !== undefined && wanted.has(call)) {
      setRoute(routes, number, singleCall(call) | bitsOf(formsHere[name]));
    }
  }
  for (const call of systemCalls) {
    const number = call[architecture];
    if (number !== null && number >= firstCommonNumber && wanted.has(call)) {
      setRoute(routes, number, singleCall(call));
    }
  }
  return routes;
}

function bitsOf(form: Form | undefined): number {
  return form === undefined ? 0 : forms[form] << formAt;
}

function setRoute(routes: Uint32Array, number: number | null, route: number): void {
  if (number !== null && number < maxSyscalls) {
    routes[number] = route;
  }
}

interface Carried {
  readonly compat: Uint32Array;
  readonly carried: Uint32Array;
  /** Calls by the number that the carrying call has for them; '' for none. */
  readonly names: Readonly<Record<number, string>>;
  readonly wanted: Wanted;
}

/** A carried call is told by its own name where that is wanted, by that of the carrying call where only this one is. */
function carry(name: 'socketcall' | 'ipc', { compat, carried, names, wanted }: Carried): void {
  const carrying = callsByName.get(name);
  for (const [number, carriedName] of Object.entries(names)) {
    const call = [callsByName.get(carriedName), carrying].find((one) => one !== undefined && wanted.has(one));
    if (carriedName !== '' && call !== undefined) {
      carried[Number(number)] = singleCall(call);
    }
  }
  compat[compatCalls.i386[name]] = carried.some((route) => route !== 0) ? bitsOf(name) : 0;
}
