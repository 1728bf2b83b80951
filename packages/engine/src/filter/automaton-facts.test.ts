import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairLanguages, reachedLanguages } from './automaton-facts.ts';
import { type Automaton, buildAutomaton, walk } from './automaton.ts';
import { irregularPaths, type Language, languageOf, textPattern } from './pattern.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 5 });
const language: fc.Arbitrary<Language> = fc
  .tuple(word, fc.boolean(), fc.boolean())
  .map(([text, before, after]) => languageOf([textPattern(text, { before, after })]));

function automatonOf(languages: readonly Language[]): Automaton {
  const automaton = buildAutomaton(languages, { maxStates: 20_000, maxTableBytes: 1 << 24 });
  if (automaton === null) {
    throw new Error('too large');
  }
  return automaton;
}

function languagesOf(automaton: Automaton, text: string): number {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return walk(automaton, bytes, 0, bytes.length);
}

function stateAfter({ classes, classCount, next }: Automaton, text: string): number {
  let state = 0;
  for (const char of text) {
    state = next[state * classCount + (classes[char.charCodeAt(0)] ?? 0)] ?? 0;
  }
  return state;
}

test('what a text comes to belong to could be reached from each of its beginnings', () => {
  fc.assert(
    fc.property(fc.array(language, { minLength: 1, maxLength: 4 }), word, word, (languages, start, rest) => {
      const automaton = automatonOf(languages);
      const before = languagesOf(automaton, start);
      const reached = reachedLanguages(automaton)[stateAfter(automaton, start)] ?? 0;
      expect(languagesOf(automaton, start + rest) & ~(reached | before)).toBe(0);
    }),
  );
});

test('a beginning that no pattern has reaches nothing', () => {
  const automaton = automatonOf([
    languageOf([textPattern('/etc/', { before: false, after: true })]),
    languageOf([textPattern('shadow', { before: true, after: false })]),
  ]);
  const reached = reachedLanguages(automaton);
  expect(
    [0, stateAfter(automaton, '/e'), stateAfter(automaton, '/u')].map((state) => reached[state]),
  ).toEqual([3, 3, 2]);
});

test('texts without two dots or slashes side by side belong to no language of pairs', () => {
  fc.assert(
    fc.property(fc.array(language, { minLength: 1, maxLength: 4 }), word, (languages, text) => {
      const automaton = automatonOf(languages);
      expect(/[./]{2}/.test(text) || (languagesOf(automaton, text) & pairLanguages(automaton)) === 0).toBe(
        true,
      );
    }),
  );
});

test('languages of pairs are those that ask for one', () => {
  const texts = ['../', '/etc/', '/.ssh/', 'a.b'];
  const languages = texts.map((text) => languageOf([textPattern(text, { before: true, after: true })]));
  expect(pairLanguages(automatonOf([...languages, irregularPaths])) & 31).toBe(0b00101);
});
