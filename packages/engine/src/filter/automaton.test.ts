import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGlob } from '../lib/glob.ts';
import { compilePaths } from '../lib/pmatch.ts';
import { buildAutomaton, walk } from './automaton.ts';
import { belowPatterns, globPattern, type Language, languageOf, loosen, textPattern } from './pattern.ts';

const budget = { maxStates: 20_000, maxTableBytes: 1 << 24 };
const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', 'A', '\xff'), maxLength: 5 });

interface Sample {
  readonly language: Language;
  readonly holds: (text: string) => boolean;
}

const samples: fc.Arbitrary<Sample> = fc.oneof(
  word.map((text) => sample(text, false, false, (value) => value === text)),
  word.map((text) => sample(text, false, true, (value) => value.startsWith(text))),
  word.map((text) => sample(text, true, false, (value) => value.endsWith(text))),
  word.map((text) => sample(text, true, true, (value) => value.includes(text))),
  fc
    .tuple(
      fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '/', '\\'), maxLength: 6 }),
      fc.boolean(),
    )
    .map(([glob, fold]) => {
      const pattern = globPattern(glob, fold);
      return { language: languageOf(pattern === null ? [] : [pattern]), holds: compileGlob(glob, fold) };
    }),
);

function sample(text: string, before: boolean, after: boolean, holds: Sample['holds']): Sample {
  return { language: languageOf([textPattern(text, { before, after })]), holds };
}

function maskOf(languages: readonly Language[], text: string): number {
  const automaton = buildAutomaton(languages, budget);
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return automaton === null ? -1 : walk(automaton, bytes, 0, bytes.length);
}

test('an automaton answers as the operators do, for many languages at once', () => {
  fc.assert(
    fc.property(fc.array(samples, { maxLength: 8 }), word, word, (list, left, right) => {
      const text = left + right;
      let wanted = 0;
      for (const [bit, { holds }] of list.entries()) {
        wanted |= holds(text) ? 1 << bit : 0;
      }
      expect(
        maskOf(
          list.map(({ language }) => language),
          text,
        ),
      ).toBe(wanted);
    }),
    { numRuns: 500 },
  );
});

test('loosened patterns and those of pmatch match no less', () => {
  const loose = loosen(
    languageOf([globPattern('/home/*/.ssh/*', false)!, textPattern('/etc/shadow', plain)]),
    4,
  );
  expect(maskOf([loose], '/home/joe/.ssh/id')).toBe(1);
  expect(maskOf([loose], '/etc/shadow')).toBe(1);
  expect(maskOf([loose], '/var')).toBe(0);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'a*', ''), { maxLength: 3 }), word, (parts, rest) => {
      const literal = `/${parts.join('/')}`;
      const path = `/${rest}`.replace(/\/{2,}/g, '/');
      if (compilePaths([literal])(path)) {
        expect(maskOf([languageOf(belowPatterns(literal))], path)).toBe(1);
      }
    }),
  );
});

const plain = { before: false, after: false };

test('a budget that is too small gives no automaton rather than a wrong one', () => {
  const many = Array.from({ length: 40 }, (_, i) =>
    textPattern(`${i}-some-text`, { before: true, after: true }),
  );
  expect(buildAutomaton([languageOf(many)], { maxStates: 20, maxTableBytes: 1 << 20 })).toBeNull();
  expect(buildAutomaton([languageOf(many)], { maxStates: 2000, maxTableBytes: 100 })).toBeNull();
  expect(buildAutomaton([languageOf(many)], budget)).not.toBeNull();
  expect(
    buildAutomaton(
      many.map((pattern) => languageOf([pattern])),
      budget,
    ),
  ).toBeNull();
});
