import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { compileRegex, regexEngine } from './regex.ts';
import { withoutOuterAnchors } from './regex/anchors.ts';
import { isLinear } from './regex/linear.ts';
import type { RegexNode } from './regex/node.ts';
import { parseRegex } from './regex/parse.ts';
import { printRegex } from './regex/print.ts';
import { encodeUtf8 } from './utf8.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\.',
  '[[:digit:]]',
  '^',
  '$',
  'é',
  '\\n',
  '[b-c]',
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '**'))
      .map(([a, op]) => `(${a})${op}`),
    fc.tuple(atom, fc.constantFrom('*', '+', '?')).map(([a, op]) => a + op),
  ),
}));
const texts = fc
  .array(fc.constantFrom('a', 'b', 'c', '.', '1', '\n', 'é', 'aab'), { maxLength: 8 })
  .map((parts) => parts.join(''));

/** All positions where a match can end, by the node and where it starts: repeats within repeats ask again and again. */
class Ends {
  readonly #chars: readonly string[];
  readonly #known = new Map<RegexNode, Map<number, ReadonlySet<number>>>();

  constructor(chars: readonly string[]) {
    this.#chars = chars;
  }

  of(node: RegexNode, start: number): ReadonlySet<number> {
    const known = this.#known.get(node) ?? new Map<number, ReadonlySet<number>>();
    this.#known.set(node, known);
    const ends = known.get(start) ?? this.#find(node, start);
    known.set(start, ends);
    return ends;
  }

  /** The meaning, spelt out. */
  #find(node: RegexNode, start: number): Set<number> {
    const chars = this.#chars;
    switch (node.kind) {
      case 'set': {
        const point = chars[start]?.codePointAt(0);
        const hit = point !== undefined && node.points.some(([low, high]) => point >= low && point <= high);
        return new Set(hit ? [start + 1] : []);
      }
      case 'lineStart':
        return new Set(start === 0 || chars[start - 1] === '\n' ? [start] : []);
      case 'lineEnd':
        return new Set(start === chars.length || chars[start] === '\n' ? [start] : []);
      case 'choice':
        return new Set(node.children.flatMap((child) => [...this.of(child, start)]));
      case 'sequence': {
        let at = new Set([start]);
        for (const child of node.children) {
          at = this.#after(at, child);
        }
        return at;
      }
      case 'repeat':
        return this.#ofRepeat(node, start);
    }
  }

  #ofRepeat(node: Extract<RegexNode, { kind: 'repeat' }>, start: number): Set<number> {
    let at = new Set([start]);
    const found = new Set(node.min === 0 ? [start] : []);
    for (let count = 1; count <= Math.min(node.max, node.min + this.#chars.length + 1); count++) {
      at = this.#after(at, node.child);
      if (count >= node.min) {
        at.forEach((end) => found.add(end));
      }
    }
    return found;
  }

  #after(starts: ReadonlySet<number>, node: RegexNode): Set<number> {
    return new Set([...starts].flatMap((start) => [...this.of(node, start)]));
  }
}

describe('compileRegex', () => {
  test('matches whole texts as the meaning of its parts says', () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const chars = Array.from(text);
        const wanted = new Ends(chars).of(parseRegex(source), 0).has(chars.length);
        expect(compileRegex(encodeUtf8(source))(encodeUtf8(text))).toBe(wanted);
      }),
      { numRuns: 3000 },
    );
  });

  test('V8 and RE2 agree on every pattern that V8 is trusted with', () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const node = withoutOuterAnchors(parseRegex(source));
        fc.pre(isLinear(node));
        const re2 = RE2JS.compile(printRegex(node, 're2'), RE2JS.MULTILINE).testExact(text);
        expect(new RegExp(`^(?:${printRegex(node, 'v8')})$`, 'u').test(text)).toBe(re2);
      }),
      { numRuns: 2000 },
    );
  });

  test('noise is refused with an AppError or compiles, and never crashes', () => {
    const words = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '1',
      ',',
      '*',
      '+',
      '?',
      '|',
      '\\',
      '^',
      '$',
      '-',
      ':',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 12 }), fc.string({ unit: 'binary-ascii' }), (parts, text) => {
        try {
          compileRegex(parts.join(''))(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['(?:a)', 'invalid regex pattern: no argument for repetition operator: ?'],
    ['\\d+', 'invalid regex pattern: invalid escape sequence: \\d'],
    ['a|*', 'invalid regex pattern: no argument for repetition operator: *'],
    ['[a', 'invalid regex pattern: missing ]: [a'],
    ['(a', 'invalid regex pattern: missing ): (a'],
    ['a)', 'invalid regex pattern: unexpected ): a)'],
    ['a{1001}', 'invalid regex pattern: invalid repetition size: {1001}'],
    ['(a{100}){11}', 'invalid regex pattern: invalid repetition size: {11}'],
    ['[b-a]', 'invalid regex pattern: invalid character class range: b-a'],
    ['[[:foo:]]', 'invalid regex pattern: invalid character class range: [:foo:]'],
    ['a\\', 'invalid regex pattern: trailing \\'],
    ['\xff', 'invalid regex pattern: invalid UTF-8'],
    ['[^a]{1000}'.repeat(25), 'invalid regex pattern: pattern too large - compile failed'],
  ])('refuses %s', (source, message) => {
    expect(() => compileRegex(source)).toThrow(message);
  });

  test.each([
    ['a**', 'aaa', true],
    ['a{,3}', 'a{,3}', true],
    ['[]a]+', 'a]', true],
    ['[^]]', '\n', true],
    ['.', '\n', false],
    ['a$\n^b', 'a\nb', true],
    ['[[:^alpha:]]', '1', true],
    ['\\x41\\x{1F600}\\101', 'A\xf0\x9f\x98\x80A', true],
    ['caf.', 'caf\xc3\xa9', true],
    ['a.b', 'a\xffb', true],
    ['a\xef\xbf\xbdb', 'a\xffb', true],
    ['a.b', 'a\xe2\x82b', true],
    ['.*\xef\xbf\xbd.*', 'a\xff', true],
    ['', '', true],
    ['syscall', 'syscallx', false],
  ])('%j matches %j: %s', (source, text, wanted) => {
    expect(compileRegex(source)(text)).toBe(wanted);
  });

  test.each([
    ['/etc/passwd', 'search'],
    ['^.*foo.*bar$', 'search'],
    ['/home/[^/]+/\\.ssh/.*', 'v8'],
    ['^([a-z]+|[0-9]+)(\\.exe)?$', 'v8'],
    ['(a*)*', 're2'],
    ['(a|a)*b', 're2'],
    ['(a|aa)+b', 're2'],
    ['[a-z]*[a-m]+x', 're2'],
    ['(|a)+', 're2'],
    ['(x+x+)+y', 're2'],
  ])('%s is left to %s', (source, engine) => {
    expect(regexEngine(source)).toBe(engine);
  });

  test('patterns that make backtracking matchers explode take little time', () => {
    const start = performance.now();
    for (const source of ['(a*)*b', '(a|a)*b', '(a|aa)+b', '(x+x+)+y', '.*.*.*=.*', '([a-z]+)*[0-9]']) {
      compileRegex(source)('a'.repeat(20_000));
      compileRegex(source)('x'.repeat(20_000));
    }
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('texts longer than V8 can take are matched too', () => {
    expect(compileRegex('(ab)+')('ab'.repeat(100_000))).toBe(true);
    expect(compileRegex('(ab)+')(`${'ab'.repeat(100_000)}c`)).toBe(false);
  });
});
