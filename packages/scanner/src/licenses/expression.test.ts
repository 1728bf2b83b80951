import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LicenseExpression,
  licensesOf,
  parseLicenseExpression,
  printLicenseExpression,
} from './expression.ts';
import { documentExpression, isSpdxExpression, normalizedExpression } from './spdx.ts';

const name = fc.constantFrom('MIT', 'Apache-2.0', 'free as air', 'GPL-2.0+');
const expression: fc.Arbitrary<LicenseExpression> = fc.letrec<{ node: LicenseExpression }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    name.map((text): LicenseExpression => ({ kind: 'license', name: text })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      left: tie('node'),
      right: tie('node'),
    }),
  ),
})).node;

test('printing loses nothing', () => {
  fc.assert(
    fc.property(expression, (one) => {
      const text = printLicenseExpression(one);
      expect(printLicenseExpression(parseLicenseExpression(text))).toBe(text);
      expect(licensesOf(parseLicenseExpression(text))).toEqual(licensesOf(one));
    }),
  );
});

test.each([
  ['free as air', 'free-as-air'],
  ['GPL-2+ with Foo exception', 'GPL-2.0-or-later WITH Foo-exception'],
  ['GPL-2.0 WITH classpath-exception-2.0', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['Apache-2.0 with LLVM exception', 'Apache-2.0 WITH LLVM-exception'],
  ['(MIT and Foo Bar) or BSD', 'MIT AND Foo-Bar OR BSD-3-Clause'],
  ['A_b/c+', 'A-b-c+'],
  ['MIT WITH (Foo AND Bar)', 'MIT WITH (Foo AND Bar)'],
  ['Weird (name) here', 'Weird (name) here'],
])('%s is written %s', (text, written) => {
  expect(printLicenseExpression(documentExpression(text))).toBe(written);
});

test('noise is refused with an AppError', () => {
  const noise = fc
    .array(fc.constantFrom('(', ')', 'AND', 'or', 'with', 'MIT', ' '))
    .map((all) => all.join(' '));
  fc.assert(
    fc.property(noise, (text) => {
      try {
        parseLicenseExpression(text);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
});

test('what would take too deep a walk is refused', () => {
  expect(() => parseLicenseExpression(Array.from({ length: 5000 }, () => 'A').join(' AND '))).toThrow(
    AppError,
  );
  expect(() => parseLicenseExpression(`${'('.repeat(500)}A${')'.repeat(500)}`)).toThrow(AppError);
});

test.each([
  ['GPLv2+', 'GPL-2.0-or-later', true],
  ['afl 3.0 with autoCONF-exception-3.0', 'AFL-3.0 WITH Autoconf-exception-3.0', true],
  ['MIT with nothing', 'MIT WITH nothing', false],
  ['free as air', 'free as air', false],
])('%s is %s', (text, want, isKnown) => {
  const found = normalizedExpression(text);
  expect(printLicenseExpression(found)).toBe(want);
  expect(isSpdxExpression(found)).toBe(isKnown);
});
