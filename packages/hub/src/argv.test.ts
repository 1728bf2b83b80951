import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitCommandLine } from './argv.ts';

test.each([
  ['cat', [['cat']]],
  [
    `jq '{text: .output}' | curl -d @- -X POST https://h/x`,
    [
      ['jq', '{text: .output}'],
      ['curl', '-d', '@-', '-X', 'POST', 'https://h/x'],
    ],
  ],
  [String.raw`a "b \"c\"" d\ e ''`, [['a', 'b "c"', 'd e', '']]],
  [`a'b'c"d"`, [['abcd']]],
])('%s', (text, want) => {
  expect(splitCommandLine(text)).toEqual(want);
});

test.each(['', '|', 'a |', 'a > f', 'a && b', 'a; b', 'a $(b)', 'a `b`', 'a || b', `a 'b`, 'a &'])(
  '%s needs a shell or names nothing',
  (text) => {
    expect(() => splitCommandLine(text)).toThrow(AppError);
  },
);

test('a quoted word comes back whole', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !text.includes("'")),
      (text) => {
        expect(splitCommandLine(`p '${text}'`)).toEqual([['p', text]]);
      },
    ),
  );
});
