import { defineCommand } from '../command.ts';
import { runSubcommand, type Subcommand } from '../lib/subcommands.ts';

// Each is loaded when it runs: other commands start without them.
const subcommands: Readonly<Record<string, Subcommand>> = {
  lint: {
    usage: '[FILE…|FOLDER] [--matching first|all] [--fix] [--json]',
    options: ['matching', 'fix', 'json'],
    run: async (environment, input) => (await import('../rules/lint.ts')).lint(environment, input),
  },
  explain: {
    usage: 'RULE [-r FILE…] [--json]',
    options: ['rules', 'json'],
    run: async (environment, input) => (await import('../rules/explain.ts')).explain(environment, input),
  },
  test: {
    usage: '[FILE…|FOLDER] [-r FILE…] [--strict] [--json]',
    options: ['rules', 'strict', 'json'],
    run: async (environment, input) => (await import('../rules/test.ts')).testRules(environment, input),
  },
  cost: {
    usage: '[FILE…|FOLDER] [--capture FILE] [--descriptors history|verified] [--json]',
    options: ['capture', 'descriptors', 'json'],
    run: async (environment, input) => (await import('../rules/cost.ts')).cost(environment, input),
  },
  pull: {
    usage: 'REF… [--folder DIR] [--plain-http HOST…]',
    options: ['folder', 'plain-http'],
    run: async (environment, input) => (await import('../rules/pull.ts')).pull(environment, input),
  },
  follow: {
    usage: 'REF… [--every 6h] [--folder DIR] [--plain-http HOST…]',
    options: ['every', 'folder', 'plain-http'],
    run: async (environment, input) => (await import('../rules/follow.ts')).follow(environment, input),
  },
};

export const command = defineCommand({
  id: 'rules',
  summary: 'Check, explain, test, weigh and update rule files.',
  usage: `${Object.keys(subcommands).join('|')} …`,
  description: [
    ...Object.entries(subcommands).map(([name, { usage }]) => `  ${name.padEnd(7)}  ${usage}`),
    '',
    'Without files, lint, explain, test and cost look at the rules that come with Lanner.',
    'REF is an artifact in a registry, such as ghcr.io/falcosecurity/rules/falco-rules:3, or one of the short names',
    'falco-rules, falco-incubating-rules, falco-sandbox-rules, k8saudit-rules.',
  ].join('\n'),
  options: {
    rules: {
      type: 'string',
      short: 'r',
      multiple: true,
      value: 'FILE',
      doc: 'For explain: rule file or folder; for test one that is loaded before those under test.',
    },
    matching: {
      type: 'string',
      value: 'MODE',
      choices: ['first', 'all'],
      doc: 'For lint: whether the first rule that matches an event ends the matching (default first).',
    },
    fix: { type: 'boolean', doc: 'For lint: rewrite deprecated forms in place.' },
    strict: { type: 'boolean', doc: 'For test: fail also for rules without a test.' },
    folder: {
      type: 'string',
      value: 'DIR',
      doc: 'For pull and follow: where rule files go (default /etc/falco).',
    },
    'plain-http': {
      type: 'string',
      multiple: true,
      value: 'HOST',
      doc: 'For pull and follow: registry without TLS; loopback addresses always are.',
    },
    every: {
      type: 'string',
      value: 'TIME',
      doc: 'For follow: time between checks, such as 30m (default 6h).',
    },
    capture: {
      type: 'string',
      value: 'FILE',
      doc: "For cost: count which of a capture's events the kernel would drop.",
    },
    descriptors: {
      type: 'string',
      value: 'MODE',
      choices: ['history', 'verified'],
      doc: 'For cost: whether the sensor must see files opened and closed to know them later, or reads them in the kernel at each event that uses them (default verified, which is what it does).',
    },
    json: { type: 'boolean', doc: 'For lint, explain, test and cost: print JSON.' },
  },
  examples: [
    { command: 'lanner rules lint my_rules.yaml', doc: 'Mistakes, rules that cannot report, and old forms.' },
    { command: 'lanner rules lint my_rules.yaml --fix', doc: 'Rewrite old forms; comments and layout stay.' },
    {
      command: "lanner rules explain 'Terminal shell in container'",
      doc: 'The condition as a tree, with macros, lists, fields and events.',
    },
    {
      command: 'lanner rules test rules/',
      doc: 'Try the events of *.test.yaml on the rules, and say why one fails.',
    },
    {
      command: 'lanner rules cost my_rules.yaml --capture busy.scap',
      doc: 'Which events each rule needs, and how many of them the kernel drops.',
    },
    { command: 'lanner rules pull falco-rules:3 --folder rules', doc: 'Install published rules once.' },
    {
      command: 'lanner rules follow falco-rules:3 --every 6h',
      doc: 'Keep them up to date; bad ones are refused.',
    },
  ],
  positionals: Object.keys(subcommands),
  run: (environment, input) => runSubcommand('rules', subcommands, environment, input),
});
