import { defineCommand } from '../command.ts';
import { serverOptions } from '../server/options.ts';

export const command = defineCommand({
  id: 'server',
  summary: 'Take alerts from Falco and from agents, keep them, and tell whom it concerns.',
  usage: '[--data DIR] [-c FILE] [--listen ADDRESS:PORT]',
  description:
    "Takes falcosidekick's place: the same intake on port 2801, the same configuration and metrics. What was\nacknowledged is on disk, and a destination that is down gets everything later.",
  options: serverOptions,
  examples: [
    {
      command: 'lanner server',
      doc: 'Keep alerts; sent by Falco with http_output.url: http://127.0.0.1:2801/.',
    },
    { command: 'lanner server -c config.yaml', doc: "Send them on as falcosidekick's config.yaml says." },
    { command: 'lanner server --data /srv/lanner --keep-days 90', doc: 'Another place, and for longer.' },
  ],
  positionals: 'none',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../server/main.ts')).runServer(environment, input),
});
