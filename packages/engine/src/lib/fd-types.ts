import { type Fd, fdTypes, l4Protocols } from '../state.ts';

/** What outputs call a kind of descriptor; '<NA>' for one without a name. */
export function fdTypeName(type: number): string {
  return names[type]?.[0] ?? '<NA>';
}

/** The letter that stands for a kind of descriptor. */
export function fdTypeChar(type: number): string {
  return names[type]?.[1] ?? '?';
}

export function isFile(fd: Fd): boolean {
  return fd.type === fdTypes.fileV2 || fd.type === fdTypes.file;
}

/** True for a socket of the internet families with two ends. */
export function isIpSocket(fd: Fd): boolean {
  return fd.type === fdTypes.ipv4 || fd.type === fdTypes.ipv6;
}

/** True for a socket of the internet families that is bound or listens. */
export function isIpServer(fd: Fd): boolean {
  return fd.type === fdTypes.ipv4Server || fd.type === fdTypes.ipv6Server;
}

/** True when it is known which end of the connection this is. */
export function hasRole(fd: Fd): boolean {
  return fd.isServer || fd.isClient;
}

/** The transport protocol of a socket as Falco shows it: nothing is said of a connection whose role is unknown. */
export function shownProtocol(fd: Fd): number {
  if (isIpServer(fd)) {
    return fd.l4;
  }
  if (isIpSocket(fd)) {
    return fd.l4 === l4Protocols.raw || hasRole(fd) ? fd.l4 : l4Protocols.none;
  }
  return l4Protocols.none;
}

// By number of `fdTypes`.
const names: readonly (readonly [name: string, letter: string])[] = [
  ['<NA>', 'o'],
  ['file', 'f'],
  ['directory', 'd'],
  ['ipv4', '4'],
  ['ipv6', '6'],
  ['ipv4', '4'],
  ['ipv6', '6'],
  ['pipe', 'p'],
  ['unix', 'u'],
  ['event', 'e'],
  ['<NA>', 'X'],
  ['signalfd', 's'],
  ['eventpoll', 'l'],
  ['inotify', 'i'],
  ['timerfd', 't'],
  ['netlink', 'n'],
  ['file', 'f'],
  ['bpf', 'b'],
  ['userfaultfd', 'u'],
  ['io_uring', 'r'],
  ['memfd', 'm'],
  ['pidfd', 'P'],
];
