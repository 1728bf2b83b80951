import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  belowBillion,
  billions,
  hexText,
  nineDigits,
  octalText,
  signedText,
  unsignedText,
} from './decimal.ts';

const word = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(0, 1, 0x1f_ffff, 0x20_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff),
);

test('halves print as the number that they are', () => {
  fc.assert(
    fc.property(word, word, (hi, lo) => {
      const value = (BigInt(hi) << 32n) | BigInt(lo);
      expect(unsignedText(hi, lo)).toBe(value.toString());
      expect(signedText(hi, lo)).toBe(BigInt.asIntN(64, value).toString());
      expect(hexText(hi, lo)).toBe(value.toString(16).toUpperCase());
      expect(octalText(hi, lo)).toBe(value.toString(8));
      expect(BigInt(billions(hi, lo)) * 1_000_000_000n + BigInt(belowBillion(hi, lo))).toBe(value);
    }),
  );
});

test('nanoseconds keep their leading zeros', () => {
  expect(nineDigits(0)).toBe('000000000');
  expect(nineDigits(123_456_789)).toBe('123456789');
});
