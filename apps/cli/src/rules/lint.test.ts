import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { lint } from './lint.ts';

const work = mkdtempSync(join(tmpdir(), 'lanner-lint-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(work, name);
  writeFileSync(path, text);
  return path;
}

function run(paths: string[], values: OptionValues = {}): { status: number; out: string } {
  const environment = testEnvironment();
  const status = lint(environment, { values, positionals: paths });
  return { status, out: environment.written.out };
}

const rule = (name: string, condition: string): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: o\n  priority: INFO\n  tags: [a]\n`;

test('an error is told as by a compiler, with its line and a hint', () => {
  const path = file('bad.yaml', rule('é', 'evt.type = open and proc.nam = x'));
  const { status, out } = run([path]);
  expect(status).toBe(1);
  expect(out).toMatch(new RegExp(`^${path}:3:\\d+: error: é: LOAD_ERR_COMPILE_CONDITION: .*proc\\.nam`));
  expect(out).toContain('      condition: evt.type = open and proc.nam = x\n');
  expect(out).toContain("hint: Did you mean 'proc.name'?");
  expect(out).toMatch(/1 file, 0 rules: 1 error, 0 warnings, 0 notes\n$/);
});

test('columns of the mark count characters, though places count bytes', () => {
  const path = file('umlaut.yaml', rule('r', 'evt.type = open and proc.name = ééé and proc.nam = x'));
  const lines = run([path]).out.split('\n');
  const [, source = '', mark = ''] = lines;
  expect(source.slice(mark.indexOf('^'))).toMatch(/^proc\.nam/);
});

test('a warning is no failure, and goes away with the way of matching', () => {
  const path = file(
    'shadow.yaml',
    rule('wide', 'evt.type = open') + rule('narrow', 'evt.type = open and fd.num = 3'),
  );
  const first = run([path]);
  expect(first.status).toBe(0);
  expect(first.out).toContain(
    'warning: narrow: The rule never reports: "wide" matches whenever it does. [shadowed]',
  );
  expect(run([path], { matching: 'all' }).out).toContain('0 errors, 0 warnings, 0 notes');
});

test('findings stand in the order of the files and their lines', () => {
  const a = file('order-a.yaml', rule('a1', 'fd.num = 1 and fd.num = 2') + '- {list: l, items: []}\n');
  const b = file('order-b.yaml', rule('b1', 'fd.num = 1 and fd.num = 2'));
  const { out } = run([b, a]);
  const places = [...out.matchAll(/order-([ab])\.yaml:(\d+):/g)].map(
    ([, name, line]) => `${name ?? ''}${line ?? ''}`,
  );
  expect(places).toEqual([...places].sort((x, y) => (x.charAt(0) === y.charAt(0) ? 0 : x < y ? 1 : -1)));
  expect(places.length).toBeGreaterThan(2);
});

test('--fix rewrites old forms in place, keeps permissions and links, and says what is left', () => {
  const path = file(
    'old.yaml',
    `${rule('r', 'evt.type = open')}# kept é\n- macro: m\n  condition: evt.type = open\n- macro: m\n  condition: and fd.num = 1\n  append: true\n`,
  );
  chmodSync(path, 0o640);
  const link = join(work, 'link.yaml');
  symlinkSync(path, link);
  const { out } = run([link], { fix: true });
  expect(out).toContain(`${link}:10: fixed: 'append' is now an 'override' of condition.\n`);
  expect(out).toMatch(/, 1 fixed\n$/);
  expect(readFileSync(path, 'utf8')).toContain('# kept é\n');
  expect(readFileSync(path, 'utf8')).toContain('  override:\n    condition: append\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readdirSync(work).filter((name) => name.endsWith('.new'))).toEqual([]);
  const before = statSync(path).mtimeMs;
  expect(run([link], { fix: true }).out).not.toContain('fixed');
  expect(statSync(path).mtimeMs).toBe(before);
});

test('JSON has all that the text has', () => {
  const path = file('json.yaml', rule('never', 'evt.type = open and fd.num = 1 and fd.num = 2'));
  const { status, out } = run([path], { json: true });
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    files: 1,
    rules: 1,
    counts: { error: 0 },
    fixes: [],
    findings: [{ kind: 'never-matches', severity: 'warning', subject: 'never', file: path, line: 1 }],
  });
});

test('a required plugin that there is not is an error', () => {
  const path = file('plugin.yaml', '- required_plugin_versions: [{name: nothing-like-it, version: 1.0.0}]\n');
  const { status, out } = run([path]);
  expect(status).toBe(1);
  expect(out).toContain('error: Plugin requirement not satisfied');
});

test('the rules that come with Lanner have no errors', () => {
  expect(run([])).toMatchObject({ status: 0 });
});

test('wrong use is refused', () => {
  expect(() => run([], { fix: true })).toThrow('needs the files to rewrite');
  expect(() => run([], { matching: 'some' })).toThrow("'some' is none of first, all");
  expect(() => run([join(work, 'absent.yaml')])).toThrow('does not exist');
});
