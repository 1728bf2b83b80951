import { ipText, isMappedIpv4 } from './ip.ts';

/** Address families, numbered as in socket parameters. */
export const socketFamilies = { unix: 1, ipv4: 2, ipv6: 10 } as const;

/** The two ends of a connection, from a socket tuple parameter. */
export type SocketTuple =
  | {
      readonly family: 'ip';
      readonly sip: string;
      readonly sport: number;
      readonly dip: string;
      readonly dport: number;
    }
  | { readonly family: 'unix'; readonly source: bigint; readonly dest: bigint; readonly path: string };

/**
 * Takes a socket tuple parameter (family, then per family; see the scap format) apart; null for one that is empty,
 * too short or of another family. An IPv6 tuple whose ends both stand for IPv4 addresses becomes an IPv4 one.
 */
export function parseTuple(raw: string): SocketTuple | null {
  switch (raw.charCodeAt(0)) {
    case socketFamilies.ipv4:
      return raw.length < 13
        ? null
        : {
            family: 'ip',
            sip: raw.slice(1, 5),
            sport: u16(raw, 5),
            dip: raw.slice(7, 11),
            dport: u16(raw, 11),
          };
    case socketFamilies.ipv6:
      return raw.length < 37 ? null : ipv6Tuple(raw);
    case socketFamilies.unix:
      return raw.length < 18 || !raw.endsWith('\0')
        ? null
        : { family: 'unix', source: u64(raw, 1), dest: u64(raw, 9), path: cString(raw, 17) };
    default:
      return null;
  }
}

/** A socket tuple parameter as outputs show it. */
export function tupleText(raw: string): string {
  if (raw === '') {
    return 'NULL';
  }
  const tuple = parseTuple(raw);
  if (tuple === null) {
    return invalidText(raw.charCodeAt(0));
  }
  return tuple.family === 'unix'
    ? `${tuple.source.toString(16)}->${tuple.dest.toString(16)} ${tuple.path}`
    : `${endText(tuple.sip, tuple.sport)}->${endText(tuple.dip, tuple.dport)}`;
}

/** One end of a connection: address and port. */
export function endText(address: string, port: number): string {
  return `${ipText(address)}:${port}`;
}

function ipv6Tuple(raw: string): SocketTuple {
  const sip = raw.slice(1, 17);
  const dip = raw.slice(19, 35);
  const mapped = isMappedIpv4(sip) && isMappedIpv4(dip);
  return {
    family: 'ip',
    sip: mapped ? sip.slice(12) : sip,
    sport: u16(raw, 17),
    dip: mapped ? dip.slice(12) : dip,
    dport: u16(raw, 35),
  };
}

function invalidText(family: number): string {
  switch (family) {
    case socketFamilies.unix:
      return 'INVALID PATH';
    case socketFamilies.ipv4:
      return 'INVALID IPv4';
    case socketFamilies.ipv6:
      return 'INVALID IPv6';
    default:
      return `family ${family}`;
  }
}

function u16(raw: string, at: number): number {
  return raw.charCodeAt(at) | (raw.charCodeAt(at + 1) << 8);
}

function u64(raw: string, at: number): bigint {
  let value = 0n;
  for (let i = 7; i >= 0; i--) {
    value = (value << 8n) | BigInt(raw.charCodeAt(at + i));
  }
  return value;
}

function cString(raw: string, from: number): string {
  const end = raw.indexOf('\0', from);
  return end < 0 ? raw.slice(from) : raw.slice(from, end);
}
