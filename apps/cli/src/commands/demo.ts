import { fileURLToPath } from 'node:url';
import { defineCommand } from '../command.ts';

export const command = defineCommand({
  id: 'demo',
  summary: 'Replay a recorded attack against the default rules and show the alerts.',
  usage: '',
  options: {},
  positionals: 'none',
  examples: [{ command: 'lanner demo', doc: 'Needs no root, no kernel and no network.' }],
  run: async (environment) =>
    (await import('../demo/demo.ts')).runDemo(
      environment,
      fileURLToPath(new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url)),
    ),
});
