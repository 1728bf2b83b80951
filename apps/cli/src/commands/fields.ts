import { defineCommand } from '../command.ts';
import { listFormats } from '../listing/formats.ts';

const sources = ['syscall', 'k8s_audit'];

export const command = defineCommand({
  id: 'fields',
  summary: 'List the fields that conditions and outputs of rules can use.',
  usage: '[OPTION…] [WORD…]',
  description: 'Words narrow the list to fields that have all of them in their name or description.',
  options: {
    source: {
      type: 'string',
      value: 'SOURCE',
      choices: sources,
      doc: 'Only fields of events from this source.',
    },
    format: {
      type: 'string',
      value: 'FORMAT',
      choices: listFormats,
      doc: 'Form of the list; text by default.',
    },
    names: { type: 'boolean', short: 'n', doc: 'Names only, one a line.' },
    verbose: { type: 'boolean', short: 'v', doc: 'With types, arguments and where fields can be used.' },
  },
  examples: [
    { command: 'lanner fields proc.a', doc: 'Fields of the ancestors of a process.' },
    { command: 'lanner fields container image', doc: 'Whatever has to do with images of containers.' },
    {
      command: "lanner fields --source k8s_audit --format json | jq -r '.fieldclasses[].fields[].name'",
      doc: 'Names of all fields of audit records, for a program.',
    },
  ],
  run: async (environment, input) => (await import('../listing/run.ts')).runFields(environment, input),
});
