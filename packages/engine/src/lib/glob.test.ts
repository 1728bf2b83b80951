import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from './glob.ts';

/** What a pattern of letters, `*` and `?` means, by trying every length for a star. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') {
    return text === '';
  }
  const rest = pattern.slice(1);
  if (pattern[0] === '*') {
    return Array.from({ length: text.length + 1 }, (_, i) => i).some((i) => matches(rest, text.slice(i)));
  }
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && matches(rest, text.slice(1));
}

describe('compileGlob', () => {
  test('stars and question marks mean what they should', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { maxLength: 8 })
      .map((parts) => parts.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '/'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, text, (glob, value) => compileGlob(glob)(value) === matches(glob, value)),
      { numRuns: 3000 },
    );
  });

  test('folding treats ASCII letters alike and nothing else', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zA-Z*?]{0,6}$/),
        fc.stringMatching(/^[a-zA-Z]{0,6}$/),
        (glob, value) => {
          expect(compileGlob(glob, true)(value)).toBe(compileGlob(glob.toLowerCase())(value.toLowerCase()));
        },
      ),
    );
    expect(compileGlob('\xc0', true)('\xe0')).toBe(false);
  });

  test('noise never crashes', () => {
    const words = fc.constantFrom(
      'a',
      '*',
      '?',
      '[',
      ']',
      '!',
      '^',
      '-',
      '\\',
      '[:alpha:]',
      '[=',
      '[.',
      ':]',
      '\xff',
    );
    fc.assert(
      fc.property(
        fc.array(words, { maxLength: 12 }),
        fc.string({ unit: 'binary-ascii' }),
        fc.boolean(),
        (parts, text, fold) => {
          expect(typeof compileGlob(parts.join(''), fold)(text)).toBe('boolean');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['/etc/*', '/etc/ssh/config', true],
    ['*', '.hidden', true],
    ['[!a]', 'b', true],
    ['[!a]', 'a', false],
    ['[^a]', 'b', true],
    ['[]]', ']', true],
    ['[!]]', ']', false],
    ['[a-c]x', 'bx', true],
    ['[a-]', '-', true],
    ['[\\]]', ']', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['a\\', 'a\\', false],
    ['[a', '[a', true],
    ['[a', 'a', false],
    ['[[:digit:]]', '7', true],
    ['[[:nope:]]', '7', false],
    ['[[.a.]-c]', 'b', true],
    ['[[=a=]]', 'a', true],
    ['?', '\xff', true],
    ['?', '', false],
    ['*.log*', 'x.log', true],
    ['a*a', 'a', false],
  ])('%s matches %s: %s', (glob, value, wanted) => {
    expect(compileGlob(glob)(value)).toBe(wanted);
  });

  test('many stars do not multiply', () => {
    const start = performance.now();
    expect(compileGlob('*a'.repeat(100))('a'.repeat(99) + 'b'.repeat(10_000))).toBe(false);
    expect(compileGlob('*[ab]?'.repeat(80))('a'.repeat(20_000))).toBe(true);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
