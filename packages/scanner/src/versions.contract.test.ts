import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnyVersionScheme } from './version-scheme.ts';
import { versionSchemes } from './versions/registry.gen.ts';

/** Short texts of the characters that versions have, so that equal beginnings are common. */
const pieces = fc.constantFrom(
  ...['0', '1', '2', '01', '10', '20240101', '.', '.', '-', '_', '+', '~', '^', ':', '!'],
  ...['a', 'b', 'rc', 'alpha', 'beta', 'pre', 'p', 'r', 'dev', 'post', 'sp', 'snapshot', 'ga', 'git', 'v'],
);
const text = fc
  .tuple(fc.constantFrom('', '1', '1.2', '1.2.3', '0.1.0'), fc.array(pieces, { maxLength: 6 }))
  .map(([start, rest]) => start + rest.join(''));
const operators = fc.constantFrom('', '=', '>', '<', '>=', '<=', '~', '^', '~>', '~=', '!=', '===', '[', '(');

function versions(scheme: AnyVersionScheme): fc.Arbitrary<unknown> {
  return text.map((candidate) => scheme.parse(candidate)).filter((version) => version !== null);
}

// Holds for every scheme, also for those that will be written later.
describe.each(versionSchemes.map((scheme) => [scheme.id, scheme] as const))('%s', (_id, scheme) => {
  const version = versions(scheme);
  function sign(a: unknown, b: unknown): number {
    return Math.sign(scheme.compare(a, b));
  }

  test('comparing backwards gives the opposite', () => {
    fc.assert(fc.property(version, version, (a, b) => sign(a, b) + sign(b, a) === 0));
  });

  if (scheme.circles === undefined) {
    test('the order has no circles', () => {
      fc.assert(
        fc.property(version, version, version, (...three) => {
          const [a, b, c] = three.sort((left, right) => scheme.compare(left, right));
          expect(sign(a, b)).toBeLessThanOrEqual(0);
          expect(sign(b, c)).toBeLessThanOrEqual(0);
          expect(sign(a, c)).toBeLessThanOrEqual(0);
          if (sign(a, b) === 0 && sign(b, c) === 0) {
            expect(sign(a, c)).toBe(0);
          }
        }),
        { numRuns: 500 },
      );
    });
  }

  test('a printed version is read again as an equal one', () => {
    fc.assert(
      fc.property(version, (a) => {
        const again = scheme.parse(scheme.print(a));
        expect(again).not.toBeNull();
        expect(scheme.compare(a, again)).toBe(0);
        expect(scheme.print(again)).toBe(scheme.print(a));
      }),
    );
  });

  test('a version is not below itself and not above itself', () => {
    fc.assert(
      fc.property(version, (a) => {
        const own = scheme.print(a);
        for (const operator of ['<', '>']) {
          expect(scheme.constraint(`${operator} ${own}`)?.admits(a) ?? false).toBe(false);
        }
      }),
    );
  });

  test('noise is no version or no constraint, and never an error', () => {
    fc.assert(
      fc.property(fc.string(), text, operators, (noise, almost, operator) => {
        for (const candidate of [noise, almost, operator + almost, `${operator}${almost},${noise}`]) {
          scheme.parse(candidate);
          scheme.constraint(candidate);
        }
      }),
    );
  });

  test.each([
    '1'.repeat(100_000),
    '1-'.repeat(50_000),
    '1.'.repeat(50_000),
    'a1'.repeat(50_000),
    '~'.repeat(100_000),
  ])(
    'a text of %# × 100,000 characters ends at once',
    (long) => {
      expect(scheme.parse(long)).toBeNull();
      scheme.constraint(`>=${long}`);
    },
    2000,
  );
});
