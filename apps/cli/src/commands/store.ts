import { defineCommand } from '../command.ts';
import { runSubcommand, type Subcommand } from '../lib/subcommands.ts';

// Each is loaded when it runs: other commands start without them.
const subcommands: Readonly<Record<string, Subcommand>> = {
  check: {
    usage: '[--words] [--json] [--data DIR]',
    options: ['words', 'json', 'data'],
    run: async (environment, input) => (await import('../store/check.ts')).check(environment, input),
  },
  backup: {
    usage: 'FOLDER [--json] [--data DIR]',
    options: ['json', 'data'],
    run: async (environment, input) => (await import('../store/backup.ts')).backup(environment, input),
  },
  restore: {
    usage: 'FOLDER [--replace] [--json] [--data DIR]',
    options: ['replace', 'json', 'data'],
    run: async (environment, input) => (await import('../store/restore.ts')).restore(environment, input),
  },
  export: {
    usage: 'alerts|findings|audit [--whole] [--output FILE] [--data DIR]',
    options: ['whole', 'output', 'data'],
    run: async (environment, input) => (await import('../store/export.ts')).exportStore(environment, input),
  },
};

export const command = defineCommand({
  id: 'store',
  summary: 'Check, back up, restore and export what the server keeps.',
  usage: `${Object.keys(subcommands).join('|')} …`,
  description: [
    ...Object.entries(subcommands).map(([name, { usage }]) => `  ${name.padEnd(7)}  ${usage}`),
    '',
    'Check, backup and export work while the server runs; restore wants it stopped.',
    'Check ends with 1 when something is damaged, and says what to do. A backup is a folder with the store (alerts,',
    'findings, people, tokens, agents), the authority of agents, the token of the administrator, and a manifest with',
    'checksums. It holds secrets: keep it where only you can read it.',
  ].join('\n'),
  options: {
    data: {
      type: 'string',
      value: 'DIR',
      doc: 'Data folder of the server (default /var/lib/lanner, ~/.local/share/lanner for users).',
    },
    words: {
      type: 'boolean',
      doc: 'For check: compare the words of all alerts with the index, too; takes several times as long.',
    },
    replace: {
      type: 'boolean',
      doc: 'For restore: into a folder that holds something; what it holds is moved aside within it.',
    },
    whole: {
      type: 'boolean',
      doc: "For export alerts: all that is known of each, not only Falco's JSON.",
    },
    output: { type: 'string', value: 'FILE', doc: 'For export: write there instead of standard output.' },
    json: { type: 'boolean', doc: 'For check, backup and restore: print JSON.' },
  },
  examples: [
    { command: 'lanner store check', doc: 'Look through everything; ends with 1 when something is damaged.' },
    {
      command: 'lanner store backup /backup/lanner-today',
      doc: 'A whole copy as of one moment, while the server runs.',
    },
    {
      command: 'lanner store restore /backup/lanner-today --data /var/lib/lanner',
      doc: 'Verify it, and put it in place.',
    },
    { command: 'lanner store export alerts > alerts.jsonl', doc: 'One alert a line, as Falco prints it.' },
    { command: 'lanner store export findings --output findings.jsonl', doc: 'Every finding with its life.' },
  ],
  positionals: Object.keys(subcommands),
  run: (environment, input) => runSubcommand('store', subcommands, environment, input),
});
