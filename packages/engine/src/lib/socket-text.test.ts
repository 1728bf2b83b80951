import fc from 'fast-check';
import { expect, test } from 'vitest';
import { socktuple, unixSocktuple } from '../testkit/index.ts';
import { parseTuple, tupleText } from './socket-text.ts';

const byteString = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

test.each([
  [socktuple('1.2.3.4', 80, '5.6.7.8', 443), '1.2.3.4:80->5.6.7.8:443'],
  [socktuple('::1', 80, '2001:db8::2', 443), '::1:80->2001:db8::2:443'],
  [socktuple('::ffff:102:304', 80, '::', 65535), '1.2.3.4:80->0.0.0.0:65535'],
  [unixSocktuple(0xffff_8000_0000_0001n, 0n, '/run/x'), 'ffff800000000001->0 /run/x'],
  [unixSocktuple(1n, 2n, ''), '1->2 '],
])('%#: a tuple is shown as %2$s', (bytes, text) => {
  expect(tupleText(byteString(bytes))).toBe(text);
});

test('what is no tuple is said so', () => {
  expect(tupleText('')).toBe('NULL');
  expect(tupleText('\x02abc')).toBe('INVALID IPv4');
  expect(tupleText('\x0aabc')).toBe('INVALID IPv6');
  expect(tupleText(`\x01${'a'.repeat(30)}`)).toBe('INVALID PATH');
  expect(tupleText('\x10')).toBe('family 16');
});

test('any bytes give a tuple or null, never an error', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2, 10, 200), fc.uint8Array({ maxLength: 60 }), (family, bytes) => {
      const raw = String.fromCharCode(family) + byteString(bytes);
      const tuple = parseTuple(raw);
      expect(tuple === null || typeof tuple.family === 'string').toBe(true);
      expect(tupleText(raw)).not.toBe('');
    }),
  );
});
