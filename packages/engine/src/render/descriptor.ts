import type { EventView } from '../event.ts';
import { fdTypeChar, shownProtocol } from '../lib/fd-types.ts';
import { l4Protocols, type Thread } from '../state.ts';
import { errnoName } from './errno.ts';

/** What stands for the working directory in calls that take a directory's descriptor. */
export const workingDirectoryFd = -100;

const protocolLetters: Readonly<Record<number, string>> = {
  [l4Protocols.tcp]: 't',
  [l4Protocols.udp]: 'u',
  [l4Protocols.icmp]: 'i',
  [l4Protocols.raw]: 'r',
};

/**
 * What a descriptor stands for: kind and name such as `<f>/etc/passwd` and `<4t>…`, AT_FDCWD, or the name of the error
 * that was returned in its place; '' when unknown.
 */
export function descriptorText(thread: Thread | null, number: number): string {
  if (thread === null) {
    return '';
  }
  if (number < 0) {
    return number === workingDirectoryFd ? 'AT_FDCWD' : errnoName(number);
  }
  const fd = thread.fds.get(number);
  if (fd === undefined) {
    return '';
  }
  return `<${fdTypeChar(fd.type)}${protocolLetters[shownProtocol(fd)] ?? ''}>${fd.name}`;
}

const entryLength = 10;
/** Falco's buffer for the text of a list. */
const maxListText = 1023;

/** A list of descriptors with the flags asked for, such as `3:f1 4:p1`; '' without a thread. */
export function descriptorListText({ view, thread }: EventView, start: number, length: number): string {
  if (thread === null) {
    return '';
  }
  const count = Math.min(view.getUint16(start, true), Math.floor((length - 2) / entryLength));
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + 2 + i * entryLength;
    const number = view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
    const fd = thread.fds.get(number);
    const flags = view.getInt16(at + 8, true) >>> 0;
    parts.push(`${number}:${fd === undefined ? '?' : fdTypeChar(fd.type)}${flags.toString(16)}`);
  }
  return parts.join(' ').slice(0, maxListText);
}
