import { defineCommand } from '../command.ts';

export const command = defineCommand({
  id: 'selftest',
  summary: 'Prove that the sensor sees: do harmless things and look for their alerts.',
  usage: '[--only ID…] [--json]',
  description:
    'About fifty behaviours, each in a process of its own and only that process in scope, each with a rule of its\nown. Says how long an alert takes, and ends with 1 when one is not seen. Needs the permissions of lanner run.',
  options: {
    only: { type: 'string', multiple: true, value: 'ID', doc: 'Only this behaviour.' },
    json: { type: 'boolean', doc: 'Print JSON.' },
    perform: {
      type: 'string',
      value: 'ID',
      doc: 'Carry out one behaviour unseen; what the self-test starts.',
    },
  },
  examples: [
    { command: 'lanner selftest', doc: 'Whether this machine shows what rules need.' },
    { command: 'lanner selftest --json | jq .missing', doc: 'For programs.' },
  ],
  positionals: 'none',
  run: async (environment, input) => (await import('../selftest/main.ts')).selftest(environment, input),
});
