import { type EventView, fdTypes, l4Protocols, tupleText } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { passedDescriptors } from '../lib/control-messages.ts';
import { int64 } from '../lib/params.ts';
import { paramBytes, socketFamilies } from '../lib/socket-address.ts';
import { swapEnds } from '../lib/socket-ends.ts';
import type { FdEntry } from '../state/fd-entry.ts';
import { fdFromRecord } from '../state/from-records.ts';
import { ipProtocols, newSocket, socketTypes } from '../state/new-socket.ts';
import { guessRole, learnEnds } from '../state/socket-learning.ts';
import { socketName } from '../state/socket-name.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'transfer',
  doc: 'Reads and writes, receives and sends tell the ends of sockets that no connect has told.',
  on: {
    SYSCALL_READ_X: transferred,
    SYSCALL_READV_X: transferred,
    SYSCALL_PREAD_X: transferred,
    SYSCALL_PREADV_X: transferred,
    SYSCALL_WRITE_X: transferred,
    SYSCALL_WRITEV_X: transferred,
    SYSCALL_PWRITE_X: transferred,
    SYSCALL_PWRITEV_X: transferred,
    SOCKET_RECV_X: (event, state) => received(event, state, 4, -1),
    SOCKET_RECVFROM_X: (event, state) => received(event, state, 2, -1),
    SOCKET_RECVMSG_X: (event, state) => received(event, state, 3, 4),
    SOCKET_RECVMMSG_X: (event, state) => received(event, state, 4, 5),
    SOCKET_SEND_X: sent,
    SOCKET_SENDTO_X: sent,
    SOCKET_SENDMSG_X: sent,
    SOCKET_SENDMMSG_X: sentMany,
  },
});

/** Parameter of the send family that holds the ends. */
const sendTuple = 4;

/** The descriptor of a call that has succeeded; null for all others. What data has gone through is connected. */
function transferred(event: EventView, state: StateTables): FdEntry | null {
  const { currentFd } = state;
  if (currentFd === null || int64(event, 0, -1) < 0) {
    return null;
  }
  const isInternet = currentFd.type === fdTypes.ipv4 || currentFd.type === fdTypes.ipv6;
  if (!isInternet || currentFd.isConnected) {
    return currentFd;
  }
  const fd = state.ownFd();
  fd?.markConnected();
  return fd;
}

function received(event: EventView, state: StateTables, tuple: number, control: number): void {
  if (transferred(event, state) === null) {
    return;
  }
  learn(event, state, tuple, true);
  if (control >= 0 && state.currentFd?.type === fdTypes.unix) {
    takePassedDescriptors(event, state, control);
  }
}

function sent(event: EventView, state: StateTables): void {
  if (state.currentFd === null && state.currentThread !== null) {
    assumeDatagramSocket(event, state);
  }
  if (transferred(event, state) !== null) {
    learn(event, state, sendTuple, false);
  }
}

// Captures of old versions have these events without parameters.
function sentMany(event: EventView, state: StateTables): void {
  if (transferred(event, state) !== null) {
    learn(event, state, sendTuple, false);
  }
}

// The socket must have been made before anybody watched. Most that send without connecting are of this kind.
function assumeDatagramSocket(event: EventView, state: StateTables): void {
  const fd = int64(event, 2, -1);
  const family = paramBytes(event, sendTuple)[0];
  const isInternet = family === socketFamilies.ipv4 || family === socketFamilies.ipv6;
  if (int64(event, 0, -1) >= 0 && fd >= 0 && isInternet) {
    state.addFd(fd, newSocket(family, socketTypes.datagram, ipProtocols.udp, 0));
  }
}

/** Takes the ends of a socket from the event, unless they cannot have changed. */
function learn(event: EventView, state: StateTables, tuple: number, incoming: boolean): void {
  const { currentFd, currentThread } = state;
  if (currentFd === null || currentThread === null || !event.has(tuple)) {
    return;
  }
  const isTcp = currentFd.type === fdTypes.ipv4 && currentFd.l4 === l4Protocols.tcp;
  if (isTcp && currentFd.name !== '') {
    return;
  }
  const fd = state.ownFd();
  if (fd === null || !learnEnds(fd, paramBytes(event, tuple), state)) {
    return;
  }
  if (fd.type !== fdTypes.ipv4 && fd.type !== fdTypes.ipv6) {
    fd.rename(tupleText(event.raw(tuple)));
    return;
  }
  if (!fd.hasRole) {
    guessRole(fd, currentThread, incoming);
  }
  // What comes in goes from the other end to this one.
  if (incoming ? fd.isClient : fd.isServer) {
    swapEnds(fd.type, fd.ends);
  }
  fd.rename(socketName(fd));
}

// The numbers are all that the message says; what they stand for only the running system knows.
function takePassedDescriptors(event: EventView, state: StateTables, control: number): void {
  const { system, currentThread: thread } = state;
  if (system === null || thread === null) {
    return;
  }
  for (const number of passedDescriptors(paramBytes(event, control))) {
    const record = system.fd(thread.pid, number);
    const entry = record === null ? null : fdFromRecord(record);
    if (entry !== null) {
      state.putFd(thread, number, entry);
    }
  }
}
