import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { testRules } from './test.ts';

const folders: string[] = [];
afterAll(() => {
  folders.forEach((path) => {
    rmSync(path, { recursive: true });
  });
});

function folder(files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'lanner-rule-tests-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text);
  }
  return path;
}

function run(paths: string[], values: OptionValues = {}): { status: number; out: string } {
  const environment = testEnvironment();
  const status = testRules(environment, { values, positionals: paths });
  return { status, out: environment.written.out };
}

const rule = (name: string): string =>
  `- {rule: ${name}, desc: d, condition: evt.type = open and interesting, output: o, priority: INFO}\n`;
const macros = '- {macro: interesting, condition: fd.name startswith /etc/}\n';
const tests = (rules: string, name: string, path: string): string =>
  `rules: ${rules}\ntests:\n  - rule: ${name}\n    fires:\n      - name: an own file\n        event: {type: open, fields: {fd.name: ${path}}}\n`;

test('rules that fire and stay silent as they must pass; all files of the folder are loaded', () => {
  const path = folder({
    'a.yaml': macros,
    'b.yaml': rule('r'),
    'b.test.yaml': `${tests('b.yaml', 'r', '/etc/x')}    silent: [{name: another, event: {type: open, fields: {fd.name: /x}}}]\n`,
  });
  for (const paths of [[path], [join(path, 'b.yaml')], [join(path, 'b.test.yaml')]]) {
    const { status, out } = run(paths);
    expect(status).toBe(0);
    expect(out).toContain('✓ r 1 fire, 1 silent\n');
    expect(out).toMatch(/2 tests of 1 rules, all pass\n$/);
  }
});

test('a failure names the checks that decided, with the values of the event', () => {
  const path = folder({ 'a.yaml': macros + rule('r'), 'a.test.yaml': tests('a.yaml', 'r', '/home/é') });
  const { status, out } = run([path]);
  expect(status).toBe(1);
  expect(out).toContain('✗ r 1 fire, 0 silent\n');
  expect(out).toContain(`an own file: must fire, but is silent (${join(path, 'a.test.yaml')}:5)\n`);
  expect(out).toContain('false fd.name startswith /etc/  ← "/home/é"\n');
  expect(out).toMatch(/1 tests of 1 rules, 1 failed\n$/);
});

test('rules without a test are named, and fail with --strict', () => {
  const path = folder({
    'a.yaml': macros + rule('r') + rule('bare'),
    'a.test.yaml': tests('a.yaml', 'r', '/etc/x'),
    'c.yaml': rule('lone'),
  });
  const { status, out } = run([path]);
  expect(status).toBe(0);
  expect(out).toContain('? bare no test\n');
  expect(out).toContain('? lone no test\n');
  expect(out).toContain('2 rules without a test');
  expect(run([path], { strict: true }).status).toBe(1);
});

test('rules may build on others that are given with -r', () => {
  const base = folder({ 'base.yaml': macros });
  const path = folder({ 'a.yaml': rule('r'), 'a.test.yaml': tests('a.yaml', 'r', '/etc/x') });
  expect(() => run([path])).toThrow('interesting');
  expect(run([path], { rules: [base] }).status).toBe(0);
});

test('problems of a test file fail, with their place', () => {
  const path = folder({
    'a.yaml': macros + rule('r'),
    'a.test.yaml': `${tests('a.yaml', 'r', '/etc/x')}    slient: []\n`,
    'b.test.yaml': tests('other.yaml', 'r', '/etc/x'),
  });
  const { status, out } = run([path]);
  expect(status).toBe(1);
  expect(out).toContain("a.test.yaml:7:5: unknown key 'slient'\n    hint: Did you mean 'silent'?\n");
  expect(out).toContain("b.test.yaml:1:1: the folder has no rule file 'other.yaml'");
});

test('JSON has each test with its outcome', () => {
  const path = folder({ 'a.yaml': macros + rule('r'), 'a.test.yaml': tests('a.yaml', 'r', '/x') });
  const { status, out } = run([path], { json: true });
  expect(status).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    totals: { tests: 1, failed: 1, rules: 1, untested: 0 },
    files: [
      { tests: [{ rule: 'r', expected: 'fires', passed: false, causes: [{ holds: false, value: '"/x"' }] }] },
    ],
  });
});

test('nothing to test is a failure, not a success', () => {
  expect(run([folder({})])).toMatchObject({ status: 1 });
  expect(() => run(['/no/such/folder'])).toThrow('does not exist');
});
