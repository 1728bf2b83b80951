import { testEvent, uint as bytesOf } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { int64, splitTexts, textOf, uint, uint64 } from './params.ts';

test.each([0, 5, -1, -100, 2 ** 31, -(2 ** 31) - 1, 2 ** 40 + 7])(
  'a signed number of 64 bits is read: %d',
  (value) => {
    expect(int64(testEvent('SYSCALL_CLOSE_X', [value, 3]), 0)).toBe(value);
  },
);

test('a parameter of the wrong length, or beyond the last, counts as absent', () => {
  const event = testEvent('SYSCALL_CLOSE_X', [bytesOf(5, 4), bytesOf(1, 3)]);
  expect([int64(event, 0, -7), int64(event, 9, -7), uint64(event, 0), uint(event, 1)]).toEqual([
    -7,
    -7,
    0n,
    0,
  ]);
});

test('small numbers are read at the width they have', () => {
  const event = testEvent('SYSCALL_TIMERFD_CREATE_X', [3, bytesOf(200, 1), bytesOf(0xfffe, 2)]);
  expect([uint(event, 1), uint(event, 2)]).toEqual([200, 0xfffe]);
  expect(uint(testEvent('SYSCALL_SETUID_X', [0, 0xffff_ffff]), 1)).toBe(0xffff_ffff);
});

test('an empty text and the (NULL) of old captures are <NA>', () => {
  expect(textOf(testEvent('SYSCALL_CHDIR_X', [0, null]), 1)).toBe('<NA>');
  expect(textOf(testEvent('SYSCALL_CHDIR_X', [0, '(NULL)']), 1)).toBe('<NA>');
  expect(textOf(testEvent('SYSCALL_CHDIR_X', [0, '']), 1)).toBe('');
  expect(textOf(testEvent('SYSCALL_CHDIR_X', [0, '(NULL)x']), 1)).toBe('(NULL)x');
});

test.each([
  ['', []],
  ['\0', []],
  ['a\0', ['a']],
  ['a\0b', ['a', 'b']],
  ['a\0\0', ['a', '']],
  ['\0\0', ['', '']],
])('%j are the texts %j', (joined, texts) => {
  expect(splitTexts(joined)).toEqual(texts);
});
