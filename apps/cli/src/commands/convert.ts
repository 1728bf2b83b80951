import { defineCommand } from '../command.ts';
import { scanOptions } from '../scan/flags.ts';

export const command = defineCommand({
  id: 'convert',
  summary: 'Write the JSON report of an earlier scan in another form.',
  usage: 'REPORT [--format FORMAT] [--severity LIST] [--output FILE]',
  options: scanOptions,
  examples: [
    { command: 'lanner convert report.json --format sarif', doc: 'For code hosts.' },
    { command: 'lanner convert report.json --severity CRITICAL', doc: 'A table of what is worst.' },
  ],
  positionals: 'files',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../scan/convert.ts')).convert(environment, input),
});
