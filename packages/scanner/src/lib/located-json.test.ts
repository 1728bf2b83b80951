import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseLocatedJson } from './located-json.ts';

test('gives what JSON gives, for any document', () => {
  fc.assert(
    fc.property(fc.object(), fc.constantFrom(undefined, 1), (value, space) => {
      const text = JSON.stringify(value, null, space);
      expect(parseLocatedJson(text).value).toEqual(JSON.parse(text));
    }),
  );
});

test('knows the lines of objects', () => {
  const { value, linesOf } = parseLocatedJson('{\n  "a": {\n    "b": [1,\n 2]\n  }\n}');
  const { a } = value as { a: { b: object } };
  expect([value, a, a.b].map(linesOf)).toEqual([
    { startLine: 1, endLine: 6 },
    { startLine: 2, endLine: 5 },
    { startLine: 3, endLine: 4 },
  ]);
});

test.each(['', '{', '{"a"', '{"a":}', '[1 2]', '{"a":1}x', '"text"', '["\\x"]', '['.repeat(1000)])(
  'rejects %s',
  (text) => {
    expect(() => parseLocatedJson(text)).toThrow(AppError);
  },
);

test('rejects what JSON rejects', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '1', 'e', '-', '.', 'true', ' '),
      }),
      (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expected = undefined;
        }
        if (typeof expected === 'object' && expected !== null) {
          expect(parseLocatedJson(text).value).toEqual(expected);
        } else {
          expect(() => parseLocatedJson(text)).toThrow(AppError);
        }
      },
    ),
    { numRuns: 500 },
  );
});
