import { eventId, type SystemCall, systemCalls } from '@lanner/engine';
import compatCalls from './compat-calls.json' with { type: 'json' };
import { maxSocketCalls, maxSyscalls, type Routes } from './control.ts';

export type Architecture = 'x64' | 'arm64';

/** Socket calls by their number in socketcall of 32-bit x86. */
const socketCallNames = [
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
/** Calls of 32-bit processes that scap knows by the name of the one that they replaced. */
const aliases: Readonly<Record<string, string>> = {
  chown: 'chown32',
  lchown: 'lchown32',
  fchown: 'fchown32',
  setreuid: 'setreuid32',
  setregid: 'setregid32',
  recvmmsg: 'recvmmsg_time64',
  ppoll: 'ppoll_time64',
  futex: 'futex_time64',
};
/** Calls of 32-bit processes that write numbers of 16 bits where the event has 32. */
const narrow: ReadonlySet<string> = new Set(['getresuid', 'getresgid']);

interface Wanted {
  readonly has: (call: SystemCall) => boolean;
}

/** Routes and interest have a type in the low bits, above them the number of a call in scap's list. */
const typeBits = 16;
/** The event type that stands for all of them. */
const socketcall = 0xffff;

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
  const compatNumbers: Record<string, number> = architecture === 'x64' ? compatCalls.i386 : compatCalls.arm;
  const native = new Uint32Array(maxSyscalls);
  const compat = new Uint32Array(maxSyscalls);
  for (const call of systemCalls) {
    if (wanted.has(call)) {
      setRoute(native, call[architecture], call);
      if (!narrow.has(call.name)) {
        setRoute(compat, compatNumbers[call.name], call);
      }
      setRoute(compat, compatNumbers[aliases[call.name] ?? ''], call);
    }
  }
  const socketCalls = socketCallRoutes(wanted);
  if (architecture === 'x64' && socketCalls.some((route) => route !== 0)) {
    compat[compatCalls.i386.socketcall] = socketcall;
  }
  return {
    native,
    compat,
    socketcall: socketCalls,
    // A successful execveat is told as execve.
    exec: interest.has(execve) || interest.has(execveat),
    exit: interest.has(procexit),
  };
}

function setRoute(routes: Uint32Array, number: number | null | undefined, call: SystemCall): void {
  if (number !== null && number !== undefined && number < maxSyscalls) {
    routes[number] = singleCall(call);
  }
}

function socketCallRoutes(wanted: Wanted): Uint32Array {
  const routes = new Uint32Array(maxSocketCalls);
  for (const [number, name] of socketCallNames.entries()) {
    const call = callsByName.get(name);
    if (call !== undefined && wanted.has(call)) {
      routes[number] = singleCall(call);
    }
  }
  return routes;
}
