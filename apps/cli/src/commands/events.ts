import { defineCommand } from '../command.ts';
import { listFormats } from '../listing/formats.ts';

export const command = defineCommand({
  id: 'events',
  summary: 'List the event types that rules can name, with their parameters.',
  usage: '[OPTION…] [WORD…]',
  description: 'Words narrow the list to types that have one of them in their name.',
  options: {
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: listFormats,
      doc: 'Form of the list; text by default.',
    },
  },
  examples: [
    { command: 'lanner events open', doc: 'How files are opened.' },
    { command: 'lanner events --format json | jq .schema_version', doc: 'Version of the event schema.' },
  ],
  run: async (environment, input) => (await import('../listing/run.ts')).runEvents(environment, input),
});
