import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logValue } from './log-value.ts';

test('words stand as they are, everything else in quotes', () => {
  expect(logValue('word')).toBe('word');
  expect(logValue('two words')).toBe('"two words"');
  expect(logValue('a"b')).toBe('"a\\"b"');
  expect(logValue({ a: 1 })).toBe('{"a":1}');
  expect(logValue(undefined)).toBe('undefined');
});

test('no value makes a line of its own or moves the cursor', () => {
  expect(logValue('a\nerror: b')).toBe('"a\\nerror: b"');
  expect(logValue('\u001b[2J')).toBe('"\\u001b[2J"');
  expect(logValue('\u009b2J')).toBe('"\\u009b2J"');
  expect(logValue('a\u202eb')).toBe('"a\\u202eb"');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => !/\p{Cc}|\p{Zl}|\p{Zp}/u.test(logValue(text))),
  );
});
