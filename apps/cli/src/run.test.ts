import { AppError } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import { choiceOption, defineCommand, flagOption, listOption, textOption } from './command.ts';
import { runCommandLine } from './run.ts';
import { testEnvironment } from './testkit/environment.ts';

const show = defineCommand({
  id: 'show',
  summary: 'Show what was given.',
  usage: '[OPTION…] [WORD…]',
  description: 'A paragraph.',
  options: {
    colour: { type: 'string', short: 'c', value: 'COLOUR', choices: ['red', 'green'], doc: 'Which colour.' },
    name: { type: 'string', multiple: true, doc: 'A name.' },
    list: { type: 'string', implicit: '', choices: ['long'], doc: 'A list.' },
    loud: { type: 'boolean', doc: 'Loudly.' },
  },
  examples: [{ command: 'lanner show x', doc: 'Shows x.' }],
  run(environment, { values, positionals }) {
    environment.out(
      JSON.stringify([
        textOption(values, 'list') ?? null,
        choiceOption(values, 'colour', ['red', 'green']) ?? null,
        listOption(values, 'name'),
        flagOption(values, 'loud'),
        positionals,
      ]),
    );
    return 0;
  },
});
const fail = defineCommand({
  id: 'fail',
  summary: 'Fail.',
  usage: '',
  options: {},
  hidden: true,
  examples: [],
  run(_, { positionals: [how] }) {
    throw how === 'bug'
      ? new TypeError('no such thing')
      : new AppError('file.read', 'It cannot be read', { hint: 'Try.' });
  },
});

async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const environment = testEnvironment();
  const status = await runCommandLine([show, fail], environment, args);
  return { status, ...environment.written };
}

describe('a command', () => {
  test('gets its options and words', async () => {
    const { status, out } = await run(
      'show',
      'a',
      '-c',
      'red',
      '--name=x',
      '--name',
      'y',
      '--loud',
      '--list',
      '--',
      '-z',
    );
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual(['', 'red', ['x', 'y'], true, ['a', '-z']]);
  });

  test('has values that it was not given as undefined', async () => {
    expect(JSON.parse((await run('show')).out)).toEqual([null, null, [], false, []]);
  });

  test('ends with 1 and two lines on standard error when it fails as expected', async () => {
    expect(await run('fail')).toEqual({ status: 1, out: '', err: 'error: It cannot be read\nhint: Try.\n' });
  });

  test('ends with 70, the stack and a request to report when it has a bug', async () => {
    const { status, out, err } = await run('fail', 'bug');
    expect([status, out]).toEqual([70, '']);
    expect(err).toMatch(/^bug: Lanner 1\.2\.3 .*\nTypeError: no such thing\n +at .*run\.test\.ts/);
    expect(err).toContain('Please report');
  });
});

describe('a wrong command line ends with 2 and names what is near', () => {
  test.each([
    [['shwo'], "error: 'shwo' is not a command\nhint: Did you mean: lanner show\n"],
    [['zzzzzzzz'], "error: 'zzzzzzzz' is not a command\nhint: Run lanner help for the list.\n"],
    [['help', 'shwo'], "error: 'shwo' is not a command\nhint: Did you mean: lanner show\n"],
    [['show', '--colur', 'red'], 'error: show has no option --colur\nhint: Did you mean --colour?\n'],
    [['show', '-x'], 'error: show has no option -x\nhint: Run lanner help show for its options.\n'],
    [['show', '--colour', 'gren'], "error: --colour cannot be 'gren'\nhint: Did you mean --colour green?\n"],
    [['show', '-c', 'violet'], "error: --colour cannot be 'violet'\nhint: Use one of: red, green\n"],
    [['show', '--list=short'], "error: --list cannot be 'short'\nhint: Use one of: long\n"],
  ])('%j', async (args, err) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', err });
  });

  test('an option that lacks its value', async () => {
    const { status, err } = await run('show', '--name');
    expect(status).toBe(2);
    expect(err).toContain('--name');
  });
});

describe('help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the commands', async (args) => {
    const { status, out, err } = await run(...args);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('show  Show what was given.');
    expect(out).not.toContain('Fail.');
  });

  test.each([[['help', 'show']], [['show', '--help']], [['show', 'a', '-h', '--unknown']]])(
    '%j explains one',
    async (args) => {
      const { status, out } = await run(...args);
      expect(status).toBe(0);
      expect(out).toContain('lanner show [OPTION…] [WORD…]');
      expect(out).toContain('A paragraph.');
      expect(out).toMatch(/-c, --colour COLOUR +Which colour\./);
      expect(out).toMatch(/--name VALUE +A name\. May be repeated\./);
      expect(out).toContain('lanner show x\n      Shows x.');
    },
  );

  test('asked for behind two dashes belongs to somebody else', async () => {
    expect(JSON.parse((await run('show', '--', '--help')).out)).toEqual([null, null, [], false, ['--help']]);
  });

  test.each(['--version', '-v'])('%s tells the version', async (flag) => {
    expect(await run(flag)).toEqual({ status: 0, out: 'lanner 1.2.3\n', err: '' });
  });

  test('is coloured only where colours are shown', async () => {
    const environment = testEnvironment({ outColour: true, errColour: true });
    await runCommandLine([show], environment, ['help', 'show']);
    await runCommandLine([show], environment, ['shwo']);
    expect(environment.written.out).toContain('\u001b[36m');
    expect(environment.written.err).toContain('\u001b[91;1merror:\u001b[0m');
  });
});
