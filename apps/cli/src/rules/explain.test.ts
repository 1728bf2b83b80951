import { expect, test } from 'vitest';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { explain } from './explain.ts';

const rules = `
- list: shells
  items: [bash, dash]
- macro: is_shell
  condition: (proc.name in (shells))
- rule: Shéll
  desc: Someone started a shell.
  condition: evt.type in (execve, execveat) and is_shell and not proc.pname = sshd
  output: shell %proc.name by %user.name
  priority: NOTICE
  tags: [shell]
`;

function run(
  name: string[],
  values: OptionValues = {},
  text = rules,
  env: Record<string, string> = {},
): string {
  const work = mkdtempSync(join(tmpdir(), 'lanner-explain-'));
  const path = join(work, 'rules.yaml');
  writeFileSync(path, text);
  const environment = testEnvironment({ env });
  try {
    explain(environment, { values: { rules: [path], ...values }, positionals: name });
  } finally {
    rmSync(work, { recursive: true });
  }
  return environment.written.out;
}

test('a rule is shown with its condition as a tree, macros by name', () => {
  const out = run(['Shéll']);
  expect(out).toMatch(/^Shéll\nSomeone started a shell\.\n/);
  expect(out).toMatch(/priority\s+Notice\n\s+source\s+syscall\n\s+tags\s+shell\n\s+enabled\s+yes\n/);
  expect(out).toContain(
    'Condition\n  all of\n    evt.type in (execve, execveat)\n    proc.name in (bash, dash) # is_shell\n    not\n      proc.pname = sshd\n',
  );
  expect(out).toContain('Macros\n  is_shell\n    (proc.name in (shells))\n');
  expect(out).toContain('Lists\n  shells\n    bash, dash\n');
  expect(out).toContain('Output\n  shell %proc.name by %user.name\n');
  expect(out).not.toContain('Exceptions');
});

test('no line is wider than the terminal', () => {
  const out = run(['Shéll'], {}, rules, { COLUMNS: '60' });
  expect(
    Math.max(
      ...out
        .split('\n')
        .slice(0, -1)
        .filter((line) => !line.includes('/'))
        .map(({ length }) => length),
    ),
  ).toBeLessThanOrEqual(60);
});

test('words without quotes are one name, and JSON is the whole explanation', () => {
  const text = rules.replace('Shéll', 'A long name');
  expect(JSON.parse(run(['A', 'long', 'name'], { json: true }, text))).toMatchObject({
    name: 'A long name',
    enabled: true,
    lists: [{ name: 'shells', items: ['bash', 'dash'] }],
  });
});

test('an unknown rule, a missing name and bad rules are refused', () => {
  expect(() => run(['Shélll'])).toThrow(expect.objectContaining({ hint: 'Did you mean "Shéll"?' }));
  expect(() => run([])).toThrow('needs the name of a rule');
  expect(() => run(['x'], {}, '- rule: x\n')).toThrow('LOAD_ERR_YAML_VALIDATE');
});
