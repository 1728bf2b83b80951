import { defineCommand } from '../command.ts';
import { captureOptions, recordOption } from '../capture/options.ts';
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
  summary: 'Record what a command does into a capture file, or say what is in one.',
  usage: 'info FILE [--json] | -o FILE [--pid PID…] [-- COMMAND…]',
  description:
    'Recorded are the events that the rules and the state behind their fields need. The file replays to the alerts\nthat the rules raised meanwhile: with lanner detect --capture, or with falco.',
  options: captureOptions,
  examples: [
    {
      command: 'lanner capture info attack.scap',
      doc: 'Machine, times, and how many events of which types.',
    },
    { command: 'lanner capture info attack.scap --json | jq .types', doc: 'All numbers, for programs.' },
    { command: 'lanner capture -o install.scap -- npm install', doc: 'Record what an installation does.' },
  ],
  positionals: 'files',
  run: async (environment, input) =>
    input.values[recordOption] === undefined
      ? runSubcommand('capture', subcommands, environment, input)
      : (await import('../capture/record.ts')).recordCapture(environment, input),
});
