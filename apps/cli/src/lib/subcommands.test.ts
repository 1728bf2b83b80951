import { expect, test } from 'vitest';
import type { CommandInput, OptionValues } from '../command.ts';
import { testEnvironment } from '../testkit/environment.ts';
import { runSubcommand } from './subcommands.ts';

async function run(positionals: string[], values: OptionValues = {}): Promise<CommandInput | undefined> {
  let given: CommandInput | undefined;
  const paint = {
    usage: 'WALL [--colour C]',
    options: ['colour'],
    run: (_: unknown, input: CommandInput) => {
      given = input;
      return 0;
    },
  };
  await runSubcommand('house', { paint }, testEnvironment(), { positionals, values });
  return given;
}

test('a subcommand gets its options and the words behind it', async () => {
  expect(await run(['paint', 'north'], { colour: 'red' })).toEqual({
    positionals: ['north'],
    values: { colour: 'red' },
  });
});

test.each([
  [['pain'], {}, "'pain' is none of paint", 'Did you mean: lanner house paint'],
  [['toString'], {}, "'toString' is none of paint", 'Run lanner help house for what each does.'],
  [[], {}, 'house needs one of paint', 'Run lanner help house for what each does.'],
  [
    ['paint'],
    { depth: '3' },
    'house paint has no option --depth',
    'Usage: lanner house paint WALL [--colour C]',
  ],
])('%j with %j is refused', async (positionals, values, message, hint) => {
  await expect(run(positionals, values)).rejects.toMatchObject({ code: 'usage.invalid', message, hint });
});
