import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../load-rules.ts';
import { readRuleTests } from './read.ts';
import { testRuleFile } from './report.ts';

// The rules that come with Lanner, with the events beside them.
const folder = new URL('../../../../../rules/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort();
const files = names.filter((name) => !name.endsWith('.test.yaml')).map(fileOf);
// The source of audit events comes with a plugin.
const plugins = [
  { name: 'k8saudit', version: '0.18.0', source: 'k8s_audit' },
  { name: 'json', version: '0.7.4' },
];
const set = loadRules(files, { plugins });
const testFiles = names
  .filter((name) => name.endsWith('.test.yaml'))
  .map((name) => readRuleTests(fileOf(name)));

function fileOf(name: string): { name: string; content: string } {
  return { name, content: readFileSync(new URL(name, folder), 'latin1') };
}

test('the default rules load', () => {
  expect(set.results.flatMap(({ errors }) => errors)).toEqual([]);
  expect(testFiles.length).toBeGreaterThan(0);
});

describe.each(testFiles.map((read) => [read.file.name, read] as const))('%s', (_, { file, problems }) => {
  const { results, untested } = testRuleFile(file, {
    set,
    loadWith: (extra) => loadRules([...files, extra], { plugins }),
    ruleFile: file.rules,
  });

  test('is a test file of an existing rule file', () => {
    expect(problems).toEqual([]);
    expect(files.map(({ name }) => name)).toContain(file.rules);
  });

  test('has an event for each rule', () => {
    expect(untested.map(({ name }) => name)).toEqual([]);
  });

  test.each(
    results.map((result) => [`${result.rule} ${result.test.expected}: ${result.test.name}`, result] as const),
  )('%s', (__, { passed, causes, problem }) => {
    expect({ passed, causes, problem }).toEqual({ passed: true, causes: [], problem: null });
  });
});

test('each rule file has tests', () => {
  const tested = new Set(testFiles.map(({ file }) => file.rules));
  const rulesIn = new Set(set.rules.map(({ definedAt }) => definedAt.file));
  expect([...rulesIn].filter((name) => !tested.has(name))).toEqual([]);
});
