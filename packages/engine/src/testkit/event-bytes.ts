import { type EventInfo, eventId, eventTable, type ParamInfo } from '../event-table.ts';
import type { ParamType } from '../value.ts';

/**
 * A parameter's value as tests write it: `null` is an empty parameter; numbers take the width of the parameter's
 * type; text gets its NUL (not in buffers); a list of texts is NUL-separated; bytes go in as they are.
 */
export type TestParam = null | number | bigint | boolean | string | readonly string[] | Uint8Array;

/** What an event's header holds beside its type. */
export interface TestHeader {
  /** Default 1,700,000,000 s. */
  readonly ts?: bigint;
  /** Default 1. */
  readonly tid?: number;
}

const headerLength = 26;

/**
 * The scap bytes (schema 4.x, header version 2) of an event.
 * `code` is the schema's constant without `PPME_`; fewer parameters than the table has make an old event.
 */
export function eventBytes(code: string, params: readonly TestParam[], header: TestHeader = {}): Uint8Array {
  // eventId throws for unknown codes.
  const info = eventTable[eventId(code)] as EventInfo;
  const encoded = params.map((value, i) => encodeParam(info, i, value));
  const step = info.isLarge ? 4 : 2;
  let size = headerLength + step * encoded.length;
  for (const part of encoded) {
    size += part.length;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, header.ts ?? 1_700_000_000_000_000_000n, true);
  view.setBigInt64(8, BigInt(header.tid ?? 1), true);
  view.setUint32(16, size, true);
  view.setUint16(20, info.id, true);
  view.setUint32(22, encoded.length, true);
  let at = headerLength + step * encoded.length;
  for (const [i, part] of encoded.entries()) {
    const lengthAt = headerLength + step * i;
    if (info.isLarge) {
      view.setUint32(lengthAt, part.length, true);
    } else {
      view.setUint16(lengthAt, part.length, true);
    }
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function encodeParam(info: EventInfo, index: number, value: TestParam): Uint8Array {
  const param = info.params[index];
  if (param === undefined) {
    throw new Error(`${info.code} has ${info.params.length} parameters`);
  }
  if (value === null) {
    return new Uint8Array(0);
  }
  if (value instanceof Uint8Array) {
    return value;
  }
  if (typeof value === 'string') {
    return latin1(param.type === 'BYTEBUF' ? value : `${value}\0`);
  }
  if (typeof value === 'object') {
    return latin1(value.map((text) => `${text}\0`).join(''));
  }
  return encodeNumber(param, BigInt(value));
}

const widths: Partial<Record<ParamType, number>> = {
  INT8: 1,
  UINT8: 1,
  FLAGS8: 1,
  ENUMFLAGS8: 1,
  SIGTYPE: 1,
  L4PROTO: 1,
  SOCKFAMILY: 1,
  INT16: 2,
  UINT16: 2,
  FLAGS16: 2,
  ENUMFLAGS16: 2,
  PORT: 2,
  SYSCALLID: 2,
  INT32: 4,
  UINT32: 4,
  FLAGS32: 4,
  ENUMFLAGS32: 4,
  MODE: 4,
  UID: 4,
  GID: 4,
  BOOL: 4,
  FD32: 4,
  PID32: 4,
  SIGSET: 4,
};

function encodeNumber(param: ParamInfo, value: bigint): Uint8Array {
  return uint(value, widths[param.type] ?? 8);
}

/** The low `width` bytes of an integer, least significant first. */
export function uint(value: number | bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(8 * width, BigInt(value));
  for (let i = 0; i < width; i++) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** Bytes of a byte string. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A dynamic parameter: the index into its table, then the value's bytes. */
export function dynamicParam(index: number, value: Uint8Array): Uint8Array {
  return concatBytes(uint(index, 1), value);
}

const families = { unix: 1, ipv4: 2, ipv6: 10 } as const;

/** Bytes of an IPv4 address `a.b.c.d`. */
export function ipv4(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number);
}

/** Bytes of an IPv6 address in full or `::` form; no embedded IPv4. */
export function ipv6(address: string): Uint8Array {
  const [head = '', tail] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return concatBytes(
    ...groups.map((group) => {
      const value = Number.parseInt(group, 16);
      return Uint8Array.of(value >> 8, value & 0xff);
    }),
  );
}

/** A socket address; the family follows from the form of `address`. */
export function sockaddr(address: string, port: number): Uint8Array {
  return concatBytes(uint(familyOf(address), 1), addressBytes(address), uint(port, 2));
}

/** Address of a unix socket. */
export function unixSockaddr(path: string): Uint8Array {
  return concatBytes(uint(families.unix, 1), latin1(`${path}\0`));
}

/** Both ends of a connection. */
export function socktuple(source: string, sport: number, destination: string, dport: number): Uint8Array {
  return concatBytes(
    uint(familyOf(source), 1),
    addressBytes(source),
    uint(sport, 2),
    addressBytes(destination),
    uint(dport, 2),
  );
}

/** Both ends of a unix connection: kernel addresses and the path. */
export function unixSocktuple(source: bigint, destination: bigint, path: string): Uint8Array {
  return concatBytes(uint(families.unix, 1), uint(source, 8), uint(destination, 8), latin1(`${path}\0`));
}

/** A list of descriptors with the flags asked for. */
export function fdlist(entries: readonly (readonly [fd: number, flags: number])[]): Uint8Array {
  return concatBytes(
    uint(entries.length, 2),
    ...entries.map(([fd, flags]) => concatBytes(uint(fd, 8), uint(flags, 2))),
  );
}

function familyOf(address: string): number {
  return address.includes(':') ? families.ipv6 : families.ipv4;
}

function addressBytes(address: string): Uint8Array {
  return address.includes(':') ? ipv6(address) : ipv4(address);
}
