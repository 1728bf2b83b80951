import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHex, parseLiteral, parseNet } from './literal.ts';
import { netContains, parseIpv4, parseIpv6 } from './net.ts';
import { ipText } from './ip.ts';

describe('parseLiteral', () => {
  test('numbers wrap to the width of their type', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }), (number) => {
        expect(BigInt(parseLiteral(String(number), 'INT16') as number)).toBe(BigInt.asIntN(16, number));
        expect(BigInt(parseLiteral(String(number), 'UINT32') as number)).toBe(BigInt.asUintN(32, number));
        expect(BigInt(parseLiteral(String(number), 'INT64') as number)).toBe(number);
        expect(BigInt(parseLiteral(String(number), 'UINT64') as number)).toBe(BigInt.asUintN(64, number));
      }),
    );
  });

  test.each([
    ['300', 'UINT8', 44],
    ['-1', 'UINT8', 255],
    ['-1', 'UINT64', 18446744073709551615n],
    ['99999999999999999999999', 'UINT64', 18446744073709551615n],
    ['-99999999999999999999999', 'UINT64', 18446744073709551615n],
    ['99999999999999999999999', 'INT64', 9223372036854775807n],
    ['+0007', 'INT32', 7],
    [' 7', 'INT32', 7],
    ['9007199254740993', 'RELTIME', 9007199254740993n],
    ['7', 'DOUBLE', 7],
    ['443', 'PORT', 443],
    ['65537', 'PORT', 1],
    ['', 'PORT', 0],
    ['https', 'PORT', 443],
    ['true', 'BOOL', true],
    ['false', 'BOOL', false],
    ['a\xff', 'CHARBUF', 'a\xff'],
    ['a\0', 'BYTEBUF', 'a\0'],
    ['127.0.0.1', 'IPADDR', '\x7f\0\0\x01'],
    ['::1', 'IPADDR', `${'\0'.repeat(15)}\x01`],
  ] as const)('%s of type %s is %s', (text, type, value) => {
    expect(parseLiteral(text, type)).toBe(value);
  });

  test.each([
    ['0x1f', 'INT32', '0x1f is not a valid number'],
    ['1.5', 'DOUBLE', '1.5 is not a valid number'],
    ['7 ', 'INT32', '7  is not a valid number'],
    ['', 'UINT64', ' is not a valid number'],
    ['yes', 'BOOL', 'filter error: unrecognized boolean value yes'],
    ['nosuchservice', 'PORT', 'unrecognized protocol nosuchservice'],
    ['constructor', 'PORT', 'unrecognized protocol constructor'],
    ['99999999999', 'PORT', '99999999999 is not a valid number'],
    ['1.2.3', 'IPADDR', 'unrecognized IPv4 address 1.2.3'],
    ['x', 'IPADDR', 'unrecognized IPv6 address x'],
    ['a\0b', 'CHARBUF', 'filter error: filter value cannot contain a NUL byte (\\x00)'],
    ['x'.repeat(256), 'CHARBUF', 'filter parameter too long (used=257, available=256):'],
    ['x'.repeat(256), 'BYTEBUF', 'filter parameter too long (byte buf)'],
  ] as const)('%j is no %s', (text, type, message) => {
    expect(() => parseLiteral(text, type)).toThrow(message);
  });

  test('a text of 255 bytes is the longest', () => {
    expect(parseLiteral('x'.repeat(255), 'CHARBUF')).toHaveLength(255);
  });
});

describe('parseNet', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['192.168.0.0/23', '192.168.1.255', true],
    ['192.168.0.0/23', '192.168.2.0', false],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
    ['::1/128', '::1', true],
    ['10.0.0.0/8', '::1', false],
    ['10.0.0.0/256', '1.1.1.1', true],
  ])('%s contains %s: %s', (net, address, wanted) => {
    const bytes = parseIpv4(address) ?? parseIpv6(address) ?? '';
    expect(netContains(parseNet(net, 'IPNET'), bytes)).toBe(wanted);
  });

  test.each([
    ['1.2.3.4', 'unrecognized IP network 1.2.3.4'],
    ['1.2.3.4/33', 'invalid netmask 33'],
    ['1.2.3/8', 'unrecognized IP address 1.2.3/8'],
    ['1.2.3.4/8/9', '8/9 is not a valid number'],
    ['::1', 'invalid v6 netmask: ::1'],
    ['::1/0', 'invalid v6 netmask 0'],
    ['::1/129', 'invalid v6 netmask 129'],
    ['x/8', 'unrecognized IPv6 address x/8'],
  ])('%s is no network', (text, message) => {
    expect(() => parseNet(text, 'IPNET')).toThrow(message);
  });
});

describe('addresses', () => {
  test('every address is read from its usual text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const address = String.fromCharCode(...bytes);
        expect(parseIpv6(ipText(address))).toBe(address);
        expect(parseIpv4(ipText(address.slice(0, 4)))).toBe(address.slice(0, 4));
      }),
    );
  });

  test.each([
    ['::', '0000000000000000'],
    ['1::', '0001000000000000'],
    ['::ffff:1.2.3.4', '0000000000ffff01020304'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000'],
  ])('%s is read', (text, hex) => {
    const bytes = parseIpv6(text) ?? '';
    expect(bytes).toHaveLength(16);
    const written = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    expect(written).toContain(hex.slice(0, 4));
  });

  test.each([
    '',
    ':',
    ':::',
    '1',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '::1.2.3',
    '1:2:3:4:5:6:7:8::',
    ':1::2',
  ])('%j is no IPv6 address', (text) => {
    expect(parseIpv6(text)).toBeNull();
  });

  test.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', '1.2.3.4.5', '1..3.4'])(
    '%j is no IPv4 address',
    (text) => {
      expect(parseIpv4(text)).toBeNull();
    },
  );
});

test('hexadecimal literals need pairs of digits', () => {
  expect(parseHex('48690a')).toBe('Hi\n');
  expect(parseHex('')).toBe('');
  expect(() => parseHex('123')).toThrow('support hex strings only');
  expect(() => parseHex('zz')).toThrow('support hex strings only');
  expect(() => parseHex('00'.repeat(256))).toThrow('too long');
});
