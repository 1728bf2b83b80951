import { defineCommand, flagOption } from '../command.ts';

export const command = defineCommand({
  id: 'version',
  summary: 'Print the versions of Lanner, of its rule engine and of what it runs on.',
  usage: '[--json]',
  options: { json: { type: 'boolean', doc: 'As JSON.' } },
  positionals: 'none',
  examples: [
    { command: 'lanner version', doc: 'For people.' },
    { command: 'lanner version --json | jq -r .engine', doc: 'For programs: which rules will load.' },
  ],
  async run(environment, { values }) {
    const { engineVersion, formatVersion, schemaVersion } = await import('@lanner/engine');
    const versions = {
      lanner: environment.version,
      engine: formatVersion(engineVersion),
      eventSchema: schemaVersion,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
    };
    environment.out(
      flagOption(values, 'json')
        ? `${JSON.stringify(versions)}\n`
        : [
            `lanner ${versions.lanner}`,
            `rule engine ${versions.engine}`,
            `event schema ${versions.eventSchema}`,
            `Node ${versions.node} on ${versions.platform}`,
            '',
          ].join('\n'),
    );
    return 0;
  },
});
