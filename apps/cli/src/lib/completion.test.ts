import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defineCommand } from '../command.ts';
import { completionScript, shells } from './completion.ts';

const paint = defineCommand({
  id: 'paint',
  summary: "Paint the user's things [all]: quickly.",
  usage: '',
  options: {
    colour: { type: 'string', short: 'c', choices: ['red', 'green'], doc: 'Which colour: [red] or green.' },
    list: { type: 'string', implicit: '', value: '[=KIND]', choices: ['all'], doc: 'A list.' },
    v: { type: 'boolean', short: 'v', doc: "Don't be quiet." },
  },
  examples: [],
  run: () => 0,
});
const pick = defineCommand({
  id: 'pick',
  summary: 'Pick.',
  usage: '',
  options: {},
  positionals: ['one', 'two'],
  examples: [],
  run: () => 0,
});
const secret = defineCommand({ ...pick, id: 'secret', hidden: true });

const folder = mkdtempSync(join(tmpdir(), 'lanner-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'a-file'), '');

function scriptFile(shell: (typeof shells)[number]): string {
  const path = join(folder, `lanner.${shell}`);
  writeFileSync(path, completionScript(shell, [paint, pick, secret]));
  return path;
}

describe('bash', () => {
  const script = scriptFile('bash');
  const complete = (...words: string[]): string[] =>
    execFileSync(
      'bash',
      [
        '-c',
        `source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _lanner; printf '%s\\n' "\${COMPREPLY[@]}"`,
        script,
        'lanner',
        ...words,
      ],
      { cwd: folder, encoding: 'utf8' },
    )
      .split('\n')
      .filter((word) => word !== '');

  test('completes commands, options, values and files', () => {
    expect(complete('p')).toEqual(['paint', 'pick']);
    expect(complete('help', '')).toEqual(['paint', 'pick']);
    expect(complete('paint', '--')).toEqual(['--colour', '--list']);
    expect(complete('paint', '--colour', '')).toEqual(['red', 'green']);
    expect(complete('paint', '-c', 'g')).toEqual(['green']);
    expect(complete('paint', 'a')).toEqual(['a-file']);
    expect(complete('pick', '')).toEqual(['one', 'two']);
  });
});

test.each(shells)('%s takes the script', (shell) => {
  const { status, stderr, error } = spawnSync(shell, ['-n', scriptFile(shell)], { encoding: 'utf8' });
  if (error !== undefined) {
    // The shell is not on this machine; its script is then only looked at.
    expect(completionScript(shell, [paint])).toContain('Paint the user’s things');
    return;
  }
  expect([status, stderr]).toEqual([0, '']);
});

test('hidden commands are not completed', () => {
  for (const shell of shells) {
    expect(completionScript(shell, [pick, secret])).not.toContain('secret');
  }
});
