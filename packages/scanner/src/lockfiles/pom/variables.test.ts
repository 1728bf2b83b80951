import { expect, test } from 'vitest';
import { evaluator } from './variables.ts';

function evaluated(text: string, properties: Readonly<Record<string, string>>): string {
  return evaluator(new Map(Object.entries(properties)), { TOKEN: 'word' })(text);
}

/** `a0` is `first`, and each further one is eight times the one before. */
function growing(first: string): Record<string, string> {
  const steps = Array.from({ length: 12 }, (_step, i) => [`a${i + 1}`, `\${a${i}}`.repeat(8)] as const);
  return { a0: first, ...Object.fromEntries(steps) };
}

test('variables of variables and of the environment are filled in', () => {
  expect(evaluated(' ${a}-${env.TOKEN} ', { a: '1.${b}', b: ' 2 ' })).toBe('1.2-word');
  expect(evaluated('1.0', {})).toBe('1.0');
});

test('a variable that is not known or leads to itself leaves nothing', () => {
  expect(evaluated('1.${gone}', {})).toBe('');
  expect(evaluated('${a}', { a: 'x${b}', b: '${a}' })).toBe('');
});

test.each(['x', ''])('variables that multiply eightfold twelve times end with nothing, from %j', (first) => {
  const properties = growing(first);
  expect(evaluated('${a2}', properties)).toBe(first.repeat(64));
  expect(evaluated('${a12}', properties)).toBe('');
  // A text after it has its own measure.
  const evaluate = evaluator(new Map(Object.entries(properties)), {});
  expect([evaluate('${a12}'), evaluate('${a1}')]).toEqual(['', first.repeat(8)]);
});

test('a text that gets too long is left out', () => {
  expect(evaluated('${a}${a}', { a: 'x'.repeat(6000) })).toBe('');
  expect(evaluated('${a}', { a: 'x'.repeat(6000) })).toHaveLength(6000);
});
