import { defineCommand } from '../command.ts';
import { runSubcommand, type Subcommand } from '../lib/subcommands.ts';

const subcommands: Readonly<Record<string, Subcommand>> = {
  info: {
    usage: 'FILE [--json]',
    options: ['json'],
    run: async (environment, input) => (await import('../capture/info.ts')).captureInfo(environment, input),
  },
};

export const command = defineCommand({
  id: 'capture',
  summary: 'Say what is in a capture file.',
  usage: 'info FILE [--json]',
  options: { json: { type: 'boolean', doc: 'Print JSON.' } },
  examples: [
    {
      command: 'lanner capture info attack.scap',
      doc: 'Machine, times, and how many events of which types.',
    },
    { command: 'lanner capture info attack.scap --json | jq .types', doc: 'All numbers, for programs.' },
  ],
  positionals: 'files',
  run: (environment, input) => runSubcommand('capture', subcommands, environment, input),
});
