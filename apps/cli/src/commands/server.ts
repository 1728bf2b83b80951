import { defineCommand } from '../command.ts';
import { refuseForeignOptions, runSubcommand, type Subcommand } from '../lib/subcommands.ts';
import { adminOptions } from '../server/admin-options.ts';
import { serverOptions } from '../server/options.ts';

// Each is loaded when it runs: other commands start without them.
const subcommands: Readonly<Record<string, Subcommand>> = {
  token: {
    usage: '[create|list|revoke ID] [--scope SCOPE] [--name NAME] [--hours HOURS] [--json] [--data DIR]',
    options: ['data', ...Object.keys(adminOptions)],
    run: async (environment, input) => (await import('../server/tokens.ts')).runTokens(environment, input),
  },
  agents: {
    usage: '[list|revoke ID] [--json] [--data DIR]',
    options: ['data', 'json'],
    run: async (environment, input) =>
      (await import('../server/agent-list.ts')).runAgents(environment, input),
  },
};
const plain = { usage: '[--data DIR] [-c FILE]', options: Object.keys(serverOptions) };

export const command = defineCommand({
  id: 'server',
  summary: 'Take alerts from Falco and from agents, keep them, and tell whom it concerns.',
  usage: '[--data DIR] [-c FILE] [--listen ADDRESS:PORT] [--agents ADDRESS:PORT] | token … | agents …',
  description: [
    "Takes falcosidekick's place: the same intake on port 2801, the same configuration and metrics. What was",
    'acknowledged is on disk, and a destination that is down gets everything later. Of a server that runs:',
    ...Object.entries(subcommands).map(([name, { usage }]) => `  ${name.padEnd(6)}  ${usage}`),
  ].join('\n'),
  options: { ...serverOptions, ...adminOptions },
  examples: [
    {
      command: 'lanner server',
      doc: 'Keep alerts; sent by Falco with http_output.url: http://127.0.0.1:2801/.',
    },
    { command: 'lanner server -c config.yaml', doc: "Send them on as falcosidekick's config.yaml says." },
    { command: 'lanner server --data /srv/lanner --keep-days 90', doc: 'Another place, and for longer.' },
    { command: 'lanner server --agents 0.0.0.0:2803', doc: 'Take agents of other machines, too.' },
    { command: 'lanner server token', doc: 'Make a join token for another machine, good for an hour.' },
    { command: 'lanner server agents', doc: 'Which agents there are, and how they are.' },
    { command: 'lanner server agents revoke 0123456789abcdef', doc: 'Take nothing more from one of them.' },
  ],
  positionals: Object.keys(subcommands),
  run: async (environment, input) => {
    if (input.positionals.length > 0) {
      return runSubcommand('server', subcommands, environment, input);
    }
    refuseForeignOptions('server', plain, input.values);
    return (await import('../server/main.ts')).runServer(environment, input);
  },
});
