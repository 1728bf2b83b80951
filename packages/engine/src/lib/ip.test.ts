import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { expect, test } from 'vitest';
import { ipv4, ipv6 } from '../testkit/index.ts';
import { emptyIpv6, ipText, isMappedIpv4 } from './ip.ts';
import { parseIpv4 } from './net.ts';

const byteString = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

test.each([
  ['2001:db8::1'],
  ['::'],
  ['::1'],
  ['fe80::'],
  ['2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1::1'],
  ['1:2:3:4:5:6:7:8'],
])('an IPv6 address is written as %s', (text) => {
  expect(ipText(byteString(ipv6(text)))).toBe(text);
});

test('an IPv4 address inside an IPv6 one is written dotted', () => {
  expect(ipText(byteString(ipv6('::ffff:102:304')))).toBe('::ffff:1.2.3.4');
  expect(ipText(byteString(ipv6('::102:304')))).toBe('::1.2.3.4');
});

test('a length that no address has gives an empty text', () => {
  expect(ipText('')).toBe('');
  expect(ipText('12345')).toBe('');
});

test('IPv4 addresses survive the way to text and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (bytes) => {
      const text = ipText(byteString(bytes));
      expect(isIPv4(text)).toBe(true);
      expect(parseIpv4(text)).toBe(byteString(ipv4(text)));
    }),
  );
});

test('any 16 bytes give a valid IPv6 address', () => {
  const words = fc.array(fc.constantFrom(0, 1, 0xffff, 0x2001), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(words, (list) => {
      const bytes = String.fromCharCode(...list.flatMap((word) => [word >> 8, word & 0xff]));
      expect(isIPv6(ipText(bytes))).toBe(true);
    }),
  );
});

test('mapped addresses and the empty one stand for IPv4', () => {
  expect(isMappedIpv4(byteString(ipv6('::ffff:102:304')))).toBe(true);
  expect(isMappedIpv4(emptyIpv6)).toBe(true);
  expect(isMappedIpv4(byteString(ipv6('::1')))).toBe(false);
});
