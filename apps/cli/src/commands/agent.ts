import { agentOptions } from '../agent/options.ts';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  id: 'agent',
  summary: 'Watch this machine, scan it and its images, and send what is found to a server.',
  usage: '[--server URL --token TOKEN] [-r FILE…] [-c falco.yaml] [--scope KIND:WHAT]',
  description:
    'Server and token are given once; who the agent is stays in its data folder. While the server is away, alerts wait on\ndisk. Alerts go to standard output as JSON, too, and everything of falco.yaml works as with detect.',
  options: agentOptions,
  examples: [
    {
      command: 'lanner agent --server https://server:2803 --token lnr_…',
      doc: 'Enrol with what lanner server token printed, and begin.',
    },
    { command: 'lanner agent', doc: 'Begin again: server and identity are remembered.' },
    { command: 'lanner agent --scope pid:$$ --no-scan', doc: 'Watch this shell and what it starts.' },
  ],
  positionals: 'none',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../agent/main.ts')).runAgent(environment, input),
});
