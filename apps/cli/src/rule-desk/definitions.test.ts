import { fromByteString, loadRules, toByteString } from '@lanner/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { definitionsIn, itemAt, overrideOf, switchesIn, switchText } from './definitions.ts';

/** Long and short texts, with all that YAML gives a meaning to. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        'and',
        'not',
        '- x',
        'k: v',
        '#',
        "'",
        '"',
        '|',
        '>',
        '{',
        '%proc.name',
        '\\',
        '\t',
        '\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((words) => words.join(' ').trim())
  .filter((words) => words !== '');

test('a change of a rule that is made of it says what the rule says, in our loader and in any other', () => {
  fc.assert(
    fc.property(text, text, (desc, value) => {
      const condition = `evt.type = openat and fd.name != ${JSON.stringify(value.replace(/[^\w ]/gu, ''))}`;
      const parts = { rule: 'R', desc, condition, output: 'o', priority: 'ERROR', tags: ['a', 'b: c'] };
      const override = overrideOf(parts);
      expect(parse(override)).toEqual([{ ...parts, override: expect.anything() as unknown }]);
      const base =
        '- {rule: R, desc: d, condition: evt.type = read, output: x, priority: INFO, exceptions: [{name: e, fields: [fd.name], comps: [=], values: [[/x]]}]}\n';
      const { rules, results } = loadRules([
        { name: 'base', content: base },
        { name: 'own', content: toByteString(override) },
      ]);
      expect(results.flatMap(({ errors }) => errors)).toEqual([]);
      const [rule] = rules;
      expect(fromByteString(rule?.description ?? '')).toBe(desc);
      expect(fromByteString(rule?.info.condition.text ?? '')).toBe(condition);
      expect(rule?.exceptions).toHaveLength(1);
    }),
  );
});

test('switches come back as they were written, whatever the names', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.boolean()), { selector: ([name]) => name }),
      (all) => {
        expect([...switchesIn(all.map(([name, isOn]) => switchText(name, isOn)).join(''))]).toEqual(all);
      },
    ),
  );
});

test('any text has definitions or none', () => {
  fc.assert(
    fc.property(fc.string(), (noise) => Array.isArray(definitionsIn(noise)) && switchesIn(noise).size >= 0),
  );
  expect(
    definitionsIn('# a\n- macro: m\n  condition: x\n\n- desc: d\n  rule: "R: 1"\n- rule: [x]\n- 3\n'),
  ).toEqual([{ name: 'R: 1', line: 5 }]);
});

test('an item of a file is what stands up to the next one, without what is about that', () => {
  const file = '# first\n- rule: a\n  desc: x\n\n  # inside\n  output: o\n\n# about b\n- rule: b\n  desc: y';
  expect(itemAt(file, 2)).toBe('- rule: a\n  desc: x\n\n  # inside\n  output: o\n');
  expect(itemAt(file, 9)).toBe('- rule: b\n  desc: y\n');
});
