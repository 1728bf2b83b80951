import { type EventView, fdTypes, ipText } from '@lanner/engine';
import type { SocketEnds } from './socket-ends.ts';

/** Families of socket addresses, as in PPM_AF_*. */
export const socketFamilies = { unix: 1, ipv4: 2, ipv6: 10, netlink: 16 } as const;

/** What a tuple or an address is about, beside the kinds in `fdTypes`. */
export const otherFamily = -1;
export const invalidAddress = -2;

/** A view of a parameter's bytes, valid as long as the event. */
export function paramBytes(event: EventView, index: number): Uint8Array {
  const length = event.length(index);
  if (length === 0) {
    return noBytes;
  }
  const start = event.start(index);
  return event.bytes.subarray(start, start + length);
}

const noBytes = new Uint8Array(0);

/** Offsets of a tuple's members behind the family byte. */
const ipv4Tuple = { source: 1, sourcePort: 5, destination: 7, destinationPort: 11, length: 13 } as const;
const ipv6Tuple = { source: 1, sourcePort: 17, destination: 19, destinationPort: 35, length: 37 } as const;
const unixTuple = { source: 1, destination: 9, path: 17 } as const;

/**
 * Reads a socket tuple into `ends`, laid out as a connection of the kind that is returned: `fdTypes.ipv4`, `ipv6`,
 * `unix`, or `otherFamily`, `invalidAddress`. An IPv6 tuple whose ends both stand for IPv4 addresses is an IPv4 one.
 */
export function readTuple(tuple: Uint8Array, ends: SocketEnds): number {
  switch (tuple[0]) {
    case socketFamilies.ipv4:
      if (tuple.length < ipv4Tuple.length) {
        return invalidAddress;
      }
      readIpv4(tuple, ipv4Tuple.source, ipv4Tuple.destination, ends);
      ends[2] = u16(tuple, ipv4Tuple.sourcePort) | (u16(tuple, ipv4Tuple.destinationPort) << 16);
      return fdTypes.ipv4;
    case socketFamilies.ipv6:
      return tuple.length < ipv6Tuple.length ? invalidAddress : readIpv6(tuple, ends);
    case socketFamilies.unix:
      if (!hasPath(tuple, unixTuple.path)) {
        return invalidAddress;
      }
      for (let i = 0; i < 4; i++) {
        ends[i] = i32(tuple, unixTuple.source + 4 * i);
      }
      return fdTypes.unix;
    case undefined:
      return invalidAddress;
    default:
      return otherFamily;
  }
}

function readIpv4(bytes: Uint8Array, source: number, destination: number, ends: SocketEnds): void {
  ends[0] = i32(bytes, source);
  ends[1] = i32(bytes, destination);
}

function readIpv6(tuple: Uint8Array, ends: SocketEnds): number {
  const ports = u16(tuple, ipv6Tuple.sourcePort) | (u16(tuple, ipv6Tuple.destinationPort) << 16);
  if (isMapped(tuple, ipv6Tuple.source) && isMapped(tuple, ipv6Tuple.destination)) {
    readIpv4(tuple, ipv6Tuple.source + mappedPrefixLength, ipv6Tuple.destination + mappedPrefixLength, ends);
    ends[2] = ports;
    return fdTypes.ipv4;
  }
  for (let i = 0; i < 4; i++) {
    ends[i] = i32(tuple, ipv6Tuple.source + 4 * i);
    ends[4 + i] = i32(tuple, ipv6Tuple.destination + 4 * i);
  }
  ends[8] = ports;
  return fdTypes.ipv6;
}

/** The path of a unix tuple, up to its NUL. */
export function tuplePath(tuple: Uint8Array): string {
  return cString(tuple, unixTuple.path);
}

/**
 * The tuple with the destination of `entered` in it where the kernel reported the very address that it read back from
 * the program after the call (`exited`): the program may have changed that one in the meantime, but not what the
 * event of the call's start has recorded. Any argument but the tuple may be empty.
 */
export function withTrustedDestination(
  tuple: Uint8Array,
  exited: Uint8Array,
  entered: Uint8Array,
): Uint8Array {
  if (!isAddress(exited) || !isAddress(entered) || entered[0] !== tuple[0]) {
    return tuple;
  }
  switch (tuple[0]) {
    case socketFamilies.ipv4:
      return replaceDestination(tuple, exited, entered, ipv4Tuple.destination, 4);
    case socketFamilies.ipv6:
      return replaceDestination(tuple, exited, entered, ipv6Tuple.destination, 16);
    default:
      return cString(tuple, unixTuple.path) === cString(exited, 1)
        ? concat(tuple.subarray(0, unixTuple.path), entered.subarray(1))
        : tuple;
  }
}

// Address and port lie side by side in tuples as in addresses. An address of another family than the tuple's may be
// too short.
function replaceDestination(
  tuple: Uint8Array,
  exited: Uint8Array,
  entered: Uint8Array,
  at: number,
  addressLength: number,
): Uint8Array {
  const length = addressLength + 2;
  if (exited.length < 1 + length || entered.length < 1 + length) {
    return tuple;
  }
  for (let i = 0; i < length; i++) {
    if (tuple[at + i] !== exited[1 + i]) {
      return tuple;
    }
  }
  return concat(tuple.subarray(0, at), entered.subarray(1, 1 + length));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** True for a socket address parameter that is long enough for its family. */
export function isAddress(address: Uint8Array): boolean {
  switch (address[0]) {
    case socketFamilies.ipv4:
      return address.length >= 7;
    case socketFamilies.ipv6:
      return address.length >= 19;
    case socketFamilies.unix:
      return hasPath(address, 1);
    default:
      return address.length > 0;
  }
}

/**
 * Reads a socket address (which `isAddress` has accepted) into the first words of `ends`. The result is the kind of
 * socket that connects to it, or `otherFamily`; an IPv6 address that stands for an IPv4 one is an IPv4 address.
 */
export function readAddress(address: Uint8Array, ends: SocketEnds): number {
  if (address[0] === socketFamilies.ipv4) {
    ends[0] = i32(address, 1);
    return fdTypes.ipv4;
  }
  if (address[0] !== socketFamilies.ipv6) {
    return otherFamily;
  }
  if (isMapped(address, 1)) {
    ends[0] = i32(address, 1 + mappedPrefixLength);
    return fdTypes.ipv4;
  }
  for (let i = 0; i < 4; i++) {
    ends[i] = i32(address, 1 + 4 * i);
  }
  return fdTypes.ipv6;
}

/** The port of an internet address. */
export function addressPort(address: Uint8Array): number {
  return u16(address, address[0] === socketFamilies.ipv4 ? 5 : 17);
}

/** A socket address as outputs show it. */
export function addressText(address: Uint8Array): string {
  switch (address[0]) {
    case socketFamilies.unix:
      return cString(address, 1);
    case socketFamilies.ipv4:
      return `${ipText(bytesText(address, 1, 5))}:${addressPort(address)}`;
    case socketFamilies.ipv6:
      return `${ipText(bytesText(address, 1, 17))}:${addressPort(address)}`;
    default:
      return `family ${address[0] ?? 0}`;
  }
}

const mappedPrefixLength = 12;

/** True for ::ffff:a.b.c.d, and for the empty address, which Falco takes for an IPv4 one too. */
function isMapped(bytes: Uint8Array, at: number): boolean {
  if (i32(bytes, at) !== 0 || i32(bytes, at + 4) !== 0) {
    return false;
  }
  const middle = i32(bytes, at + 8);
  return middle >>> 0 === 0xffff_0000 || (middle === 0 && i32(bytes, at + 12) === 0);
}

function hasPath(bytes: Uint8Array, at: number): boolean {
  return bytes.length > at && bytes[bytes.length - 1] === 0;
}

function cString(bytes: Uint8Array, from: number): string {
  const nul = bytes.indexOf(0, from);
  return bytesText(bytes, from, nul < 0 ? bytes.length : nul);
}

function bytesText(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    text += String.fromCharCode(bytes[i] ?? 0);
  }
  return text;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function i32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) | (u16(bytes, at + 2) << 16);
}
