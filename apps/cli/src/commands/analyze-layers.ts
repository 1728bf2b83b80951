import { defineCommand } from '../command.ts';

export const command = defineCommand({
  id: 'analyze-layers',
  summary: 'Analyze layers for a scan that started this process.',
  usage: '',
  options: {},
  examples: [{ command: 'lanner analyze-layers', doc: 'Started by lanner scan; does nothing by itself.' }],
  positionals: 'none',
  hidden: true,
  run: async (environment) => (await import('../scan/analyze-layers.ts')).analyzeLayers(environment),
});
