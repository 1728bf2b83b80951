import { defineCommand } from '../command.ts';
import { upOptions } from '../up/options.ts';

export const command = defineCommand({
  id: 'up',
  summary: 'Watch this machine, scan it and its images, and keep what was found.',
  usage: '[--data DIR] [-r FILE…] [-c falco.yaml] [--scope KIND:WHAT]',
  description:
    'Server and agent in one. Alerts go to standard output as JSON, into the store, and to the destinations of\nfalcosidekick’s configuration. What cannot be done on this machine is said, and the rest goes on.',
  options: upOptions,
  examples: [
    { command: 'lanner up', doc: 'Everything, with the rules that come with Lanner.' },
    { command: 'lanner up --scope pid:$$ --no-scan', doc: 'Watch this shell and what it starts.' },
  ],
  positionals: 'none',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../up/main.ts')).up(environment, input),
});
