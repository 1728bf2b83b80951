import { AppError } from '@lanner/core';
import { defineCommand } from '../command.ts';
import { completionScript, shells } from '../lib/completion.ts';

export const command = defineCommand({
  id: 'completion',
  summary: 'Print a completion script for bash, zsh or fish.',
  usage: shells.join('|'),
  options: {},
  positionals: shells,
  examples: [
    {
      command: 'lanner completion bash > /etc/bash_completion.d/lanner',
      doc: 'Complete commands and options in bash.',
    },
    { command: 'lanner completion fish > ~/.config/fish/completions/lanner.fish', doc: 'The same for fish.' },
  ],
  async run(environment, { positionals }) {
    const shell = shells.find((name) => name === positionals[0]);
    if (shell === undefined) {
      throw new AppError('usage.invalid', 'completion needs the name of a shell', {
        hint: `Use one of: ${shells.join(', ')}`,
      });
    }
    // The list of commands holds this one: it is read when asked for, not when this file is loaded.
    const { commands } = await import('./registry.gen.ts');
    environment.out(completionScript(shell, commands));
    return 0;
  },
});
