import { expect, test } from 'vitest';
import { examineRules, fuzzRules } from './rules.fuzz.ts';

test('made and damaged rule files are loaded or refused, never more', () => {
  const report = fuzzRules(1000, 1, { corpus: ['- list: l0\n  items: [a]\n- macro: m\n  condition: l0\n'] });
  // Inputs of all kinds: some whole, with rules in them, and errors of each stage.
  expect(report.accepted).toBeGreaterThan(20);
  expect(report.rules).toBeGreaterThan(10);
  expect([...report.codes]).toEqual(
    expect.arrayContaining([
      'LOAD_ERR_YAML_PARSE',
      'LOAD_ERR_YAML_VALIDATE',
      'LOAD_ERR_VALIDATE',
      'LOAD_ERR_COMPILE_CONDITION',
      'LOAD_ERR_COMPILE_OUTPUT',
    ]),
  );
});

test('the same seed gives the same inputs', () => {
  expect({ ...fuzzRules(50, 7), slowestMs: 0 }).toEqual({ ...fuzzRules(50, 7), slowestMs: 0 });
});

test.each([
  ['nothing', [''], true],
  ['a file of zeros', ['\0\0\0\0'], false],
  ['a list that doubles', ['- {list: a, items: [x]}\n- {list: b, items: [a, a]}\n'], true],
])('%s is loaded or refused', (_what, files, successful) => {
  expect(examineRules(files).successful).toBe(successful);
});
