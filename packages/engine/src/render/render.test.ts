import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64Text, bufferFieldText } from './buffer.ts';
import { errnoName } from './errno.ts';
import { enumText, flagsText, modeText } from './flags.ts';
import { integerText, longIntegerText, shortDecimal, smallIntegerText } from './number.ts';
import { cutText, fitText, printableText } from './printable.ts';
import { signalName, signalSetText } from './signal.ts';
import { sockaddrText } from './socket.ts';

describe('printableText', () => {
  test.each([
    ['', ''],
    ['plain text ~', 'plain text ~'],
    ['caf\xc3\xa9', 'café'],
    ['\xf0\x9f\x98\x80', '😀'],
    ['a\nb\x7fc\x00', 'a\ufffdb\ufffdc\ufffd'],
    ['\xc2\x85', '\ufffd'],
    ['\xff\xfe', '\ufffd\ufffd'],
    ['\xe1\x80x', '\ufffdx'],
    ['\xed\xa0\x80', '\ufffd\ufffd\ufffd'],
    ['\xef\xb7\x90\xef\xbf\xbf\xf0\x9f\xbf\xbe', '\ufffd\ufffd\ufffd'],
    ['\xef\xbb\xbfx', '\ufeffx'],
  ])('makes of %j %j', (bytes, text) => {
    expect(printableText(bytes)).toBe(text);
  });

  test('leaves nothing that cannot be shown, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => String.fromCharCode(...array));
    fc.assert(fc.property(bytes, (text) => !/[\p{Cc}\p{Cs}]/u.test(printableText(text))));
  });
});

test('texts are cut and filled by their bytes', () => {
  expect(cutText('caféx', 4)).toBe('caf\ufffd');
  expect(cutText('café', 5)).toBe('café');
  expect(fitText('ab', 4)).toBe('ab  ');
  expect(fitText('é', 4)).toBe('é  ');
  expect(fitText('abc', 2)).toBe('ab');
});

test('base64 is that of Node', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(base64Text(Buffer.from(bytes).toString('latin1'))).toBe(Buffer.from(bytes).toString('base64'));
    }),
  );
});

test('the text of a buffer has a limit, at which one more character is lost', () => {
  expect(bufferFieldText('x'.repeat(1022), 'dots')).toHaveLength(1022);
  expect(bufferFieldText('x'.repeat(1023), 'dots')).toHaveLength(1021);
});

test('names of errors and signals', () => {
  expect([errnoName(-1), errnoName(-512), errnoName(-4095), errnoName(1), errnoName(0)]).toEqual([
    'EPERM',
    'ERESTARTSYS',
    '',
    '',
    '',
  ]);
  expect([signalName(9), signalName(34)]).toEqual(['SIGKILL', '']);
  expect(signalSetText(0b1_0000_0001)).toBe('SIGHUP SIGKILL');
  expect(signalSetText(0)).toBe('');
});

const table = [
  ['BOTH', 3],
  ['ONE', 1],
  ['TWO', 2],
  ['FOUR', 4],
  ['NONE', 0],
] as const;

describe('flags', () => {
  test.each([
    [3, 'BOTH'],
    [1, 'ONE'],
    [6, 'TWO|FOUR'],
    [7, 'BOTH|FOUR'],
    [0, 'NONE'],
    [8, ''],
    [9, 'ONE'],
  ])('%i reads %j', (value, text) => {
    expect(flagsText(table, value)).toBe(text);
  });

  test('the highest bit counts', () => {
    expect(
      flagsText(
        [
          ['TOP', 0x8000_0000],
          ['LOW', 1],
        ],
        0x8000_0001,
      ),
    ).toBe('TOP|LOW');
  });

  test('enumerations read all names of the number', () => {
    expect(enumText([...table, ['UNO', 1]], 1)).toBe('ONE|UNO');
    expect(enumText(table, 5)).toBe('');
  });

  test('a mode ends at a name of the whole mode', () => {
    expect(modeText(table, 5)).toBe('ONE|FOUR');
    expect(
      modeText(
        [
          ['ONE', 1],
          ['ALL', 3],
          ['TWO', 2],
        ],
        3,
      ),
    ).toBe('ONE|ALL');
  });
});

test('integers of parameters have the forms of printf', () => {
  expect(smallIntegerText(255, 'HEX')).toBe('FF');
  expect(smallIntegerText(-1, 'HEX')).toBe('FFFFFFFF');
  expect(smallIntegerText(0xffff_ffff, 'DEC')).toBe('-1');
  expect([smallIntegerText(0o644, 'OCT'), smallIntegerText(0, 'OCT')]).toEqual(['0644', '0']);
  expect(smallIntegerText(-42, '10_PADDED_DEC')).toBe('-00000042');
  expect(longIntegerText(0xffff_ffff, 0xffff_fffe, 'DEC')).toBe('-2');
  expect(longIntegerText(0, 8, 'OCT')).toBe('010');
  expect(longIntegerText(0, 8, '10_PADDED_DEC')).toBe('000000008');
});

test('integers of fields are unsigned where their type is', () => {
  expect(integerText(2n ** 64n - 1n, 'UINT64', 'DEC')).toBe('18446744073709551615');
  expect(integerText(-1, 'INT64', 'HEX')).toBe('FFFFFFFFFFFFFFFF');
  expect(integerText(-1, 'INT32', 'HEX')).toBe('FFFFFFFF');
  expect(integerText(8, 'UINT32', 'OCT')).toBe('10');
});

test.each([
  [0, '0'],
  [0.5, '0.5'],
  [1, '1'],
  [123456, '123456'],
  [1234567, '1.23457e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000123456789, '0.000123457'],
  [999999.5, '1e+06'],
])('%f in six digits is %s', (value, text) => {
  expect(shortDecimal(value)).toBe(text);
});

test('addresses that are too short say so', () => {
  expect(sockaddrText('\x02\x01')).toBe('INVALID IPv4');
  expect(sockaddrText('\x0a\x01')).toBe('INVALID IPv6');
  expect(sockaddrText('\x01x')).toBe('INVALID PATH');
  expect(sockaddrText('\x10')).toBe('family 16');
  expect(sockaddrText(`\x0a${'\0'.repeat(15)}\x01\x35\x00`)).toBe('::1:53');
});
