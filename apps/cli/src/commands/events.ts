import { eventTable } from '@lanner/engine';
import { defineCommand, formatOption } from '../command.ts';
import { listEvents } from '../listing/events.ts';
import { listFormats } from '../listing/fields.ts';

export const command = defineCommand({
  id: 'events',
  summary: 'List the event types that rules can name, with their parameters.',
  usage: '[OPTION…] [WORD…]',
  description: 'Words narrow the list to types that have one of them in their name.',
  options: {
    format: { type: 'string', value: 'FORMAT', choices: listFormats, doc: 'Form of the list; text by default.' },
  },
  examples: [
    { command: 'lanner events open', doc: 'How files are opened.' },
    { command: 'lanner events --format json | jq .schema_version', doc: 'Version of the event schema.' },
  ],
  run(environment, { values, positionals }) {
    const named = eventTable.filter(
      ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
    );
    environment.out(listEvents(named, formatOption(values, listFormats)));
    return 0;
  },
});
