import { AppError } from '@lanner/core';
import services from '../tables/services.json' with { type: 'json' };
import { type ParamType, type Scalar, valueGroup } from '../value.ts';
import { type Net, parseIpv4, parseIpv6 } from './net.ts';
import { compact } from './numbers.ts';

/** Falco keeps a literal and its NUL in 256 bytes. */
const maxLiteralLength = 255;

const integers: Partial<Record<ParamType, { readonly bits: number; readonly signed: boolean }>> = {
  INT8: { bits: 8, signed: true },
  INT16: { bits: 16, signed: true },
  INT32: { bits: 32, signed: true },
  INT64: { bits: 64, signed: true },
  FD: { bits: 64, signed: true },
  ERRNO: { bits: 64, signed: true },
  PID: { bits: 64, signed: true },
  // The field is a double, but its literals are integers of 32 bits.
  DOUBLE: { bits: 32, signed: true },
  UINT8: { bits: 8, signed: false },
  FLAGS8: { bits: 8, signed: false },
  ENUMFLAGS8: { bits: 8, signed: false },
  SIGTYPE: { bits: 8, signed: false },
  UINT16: { bits: 16, signed: false },
  FLAGS16: { bits: 16, signed: false },
  ENUMFLAGS16: { bits: 16, signed: false },
  SYSCALLID: { bits: 16, signed: false },
  UINT32: { bits: 32, signed: false },
  FLAGS32: { bits: 32, signed: false },
  ENUMFLAGS32: { bits: 32, signed: false },
  MODE: { bits: 32, signed: false },
  UINT64: { bits: 64, signed: false },
  RELTIME: { bits: 64, signed: false },
  ABSTIME: { bits: 64, signed: false },
};

/** Whether numbers of this type can stand in comparisons; some types are only printed. */
export function isComparableNumber(type: ParamType): boolean {
  return type === 'PORT' || integers[type] !== undefined;
}

/**
 * What a literal (a byte string) means for a field of `type`: a number, a boolean, a byte string, or the bytes of an
 * address. Throws AppError 'condition.type' for one that does not fit. Networks are read by `parseNet`.
 */
export function parseLiteral(text: string, type: ParamType): Scalar {
  refuseNul(text, type);
  switch (valueGroup(type)) {
    case 'bool':
      return parseBool(text);
    case 'string':
    case 'buffer':
      return parseText(text, type);
    case 'ip':
    case 'net':
      return parseAddress(text, type);
    case 'number':
      return type === 'PORT' ? parsePort(text) : parseNumber(text, type);
  }
}

/** A network literal: address and length of the prefix. Throws AppError 'condition.type'. */
export function parseNet(text: string, type: ParamType): Net {
  refuseNul(text, type);
  const isV4 = type === 'IPV4NET' || (type === 'IPNET' && text.includes('.'));
  const slash = text.indexOf('/');
  if (slash < 0) {
    throw fault(isV4 ? `unrecognized IP network ${text}` : `invalid v6 netmask: ${text}`);
  }
  const address = isV4 ? parseIpv4(text.slice(0, slash)) : parseIpv6(text.slice(0, slash));
  if (address === null) {
    throw fault(`unrecognized ${isV4 ? 'IP' : 'IPv6'} address ${text}`);
  }
  const mask = text.slice(slash + 1);
  const bits = Number(parseInteger(mask, 8, false));
  if (isV4 ? bits > 32 : bits === 0 || bits > 128) {
    throw fault(`invalid ${isV4 ? '' : 'v6 '}netmask ${mask}`);
  }
  return { address, bits };
}

/** The bytes that pairs of hexadecimal digits stand for. Throws AppError 'condition.type'. */
export function parseHex(text: string): string {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) {
    throw fault('filter error: bcontains and bstartswith operator support hex strings only');
  }
  const pairs = text.match(/../g) ?? [];
  return parseText(String.fromCharCode(...pairs.map((pair) => Number.parseInt(pair, 16))), 'BYTEBUF');
}

function refuseNul(text: string, type: ParamType): void {
  if (type !== 'BYTEBUF' && text.includes('\0')) {
    throw fault('filter error: filter value cannot contain a NUL byte (\\x00)');
  }
}

function parseText(text: string, type: ParamType): string {
  if (text.length > maxLiteralLength) {
    const detail =
      type === 'BYTEBUF'
        ? ' (byte buf)'
        : ` (used=${text.length + 1}, available=${maxLiteralLength + 1}):${text}`;
    throw fault(`filter parameter too long${detail}`);
  }
  return text;
}

function parseBool(text: string): boolean {
  if (text !== 'true' && text !== 'false') {
    throw fault(`filter error: unrecognized boolean value ${text}`);
  }
  return text === 'true';
}

function parseAddress(text: string, type: ParamType): string {
  const isV4 = type === 'IPV4ADDR' || (type === 'IPADDR' && text.includes('.'));
  const address = isV4 ? parseIpv4(text) : parseIpv6(text);
  if (address === null) {
    throw fault(`unrecognized ${isV4 ? 'IPv4' : 'IPv6'} address ${text}`);
  }
  return address;
}

function parseNumber(text: string, type: ParamType): number | bigint {
  const integer = integers[type];
  if (integer === undefined) {
    throw fault(`values of type '${type}' cannot be compared`);
  }
  return parseInteger(text, integer.bits, integer.signed);
}

/** As sscanf(3) with `%d`, `%u` and their long forms reads a whole text: decimal only, too large values wrap. */
function parseInteger(text: string, bits: number, signed: boolean): number | bigint {
  const digits = /^[\t-\r ]*([+-]?\d+)$/.exec(text)?.[1];
  if (digits === undefined) {
    throw fault(`${text} is not a valid number`);
  }
  const wide = saturate(BigInt(shortened(digits)), signed);
  return compact(signed ? BigInt.asIntN(bits, wide) : BigInt.asUintN(bits, wide));
}

// Whatever has more digits than 64 bits need saturates as well with fewer; reading a bigint is not linear.
function shortened(digits: string): string {
  const [, sign = '', rest = ''] = /^([+-]?)0*(\d+)$/.exec(digits) ?? [];
  return `${sign === '-' ? '-' : ''}${rest.slice(0, 30)}`;
}

// strtol and strtoul stop at the limits of 64 bits; the latter negates afterwards.
function saturate(value: bigint, signed: boolean): bigint {
  const [low, high] = signed ? [-(1n << 63n), (1n << 63n) - 1n] : [-((1n << 64n) - 1n), (1n << 64n) - 1n];
  if (value > high) {
    return high;
  }
  return value >= low ? value : signed ? low : high;
}

function parsePort(text: string): number {
  if (/^\d*$/.test(text)) {
    const port = Number(text);
    if (port > 0x7fff_ffff) {
      throw fault(`${text} is not a valid number`);
    }
    return port & 0xffff;
  }
  const port = Object.hasOwn(services, text)
    ? (services as Readonly<Record<string, number>>)[text]
    : undefined;
  if (port === undefined) {
    throw fault(`unrecognized protocol ${text}`);
  }
  return port;
}

function fault(message: string): AppError {
  return new AppError('condition.type', message);
}
