import { defineCommand } from '../command.ts';
import { runSubcommand, type Subcommand } from '../lib/subcommands.ts';

// Each is loaded when it runs: other commands start without them.
const subcommands: Readonly<Record<string, Subcommand>> = {
  update: {
    usage: '[--java] [--force] [--db-repository REF…] [--cache-dir DIR]',
    options: ['java', 'force', 'db-repository', 'java-db-repository', 'plain-http', 'cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/update.ts')).update(environment, input),
  },
  build: {
    usage: 'SOURCE… [--output FILE] [--cache-dir DIR] [--json]',
    options: ['output', 'cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/build.ts')).build(environment, input),
  },
  import: {
    usage: 'FILE [--cache-dir DIR]',
    options: ['cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/bundle.ts')).importBundle(environment, input),
  },
  export: {
    usage: 'FILE [--cache-dir DIR]',
    options: ['cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/bundle.ts')).exportBundle(environment, input),
  },
  info: {
    usage: '[--cache-dir DIR] [--json]',
    options: ['cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/info.ts')).info(environment, input),
  },
  inventories: {
    usage: '[--cache-dir DIR] [--json]',
    options: ['cache-dir', 'json'],
    run: async (environment, input) => (await import('../db/inventories.ts')).inventories(environment, input),
  },
};

export const command = defineCommand({
  id: 'db',
  summary: 'Fetch, build, carry and describe the databases of advisories.',
  usage: `${Object.keys(subcommands).join('|')} …`,
  description: [
    ...Object.entries(subcommands).map(([name, { usage }]) => `  ${name.padEnd(11)}  ${usage}`),
    '',
    'Update, build and import match the inventories that lanner scan --store keeps, where advisories on them changed, and',
    'say what became vulnerable; inventories lists them.',
    "The cache folder may be Trivy's. A SOURCE is a file, a folder, or an archive (.zip, .tar, .tar.gz) of OSV records,",
    "RustSec advisories, Debian's security tracker, security databases of Alpine or Wolfi, CSAF, OpenVEX, EPSS or KEV.",
  ].join('\n'),
  options: {
    'cache-dir': {
      type: 'string',
      value: 'DIR',
      doc: 'Where databases are (default $XDG_CACHE_HOME/lanner; also $TRIVY_CACHE_DIR).',
    },
    java: { type: 'boolean', doc: 'For update: the index of Java archives, too.' },
    force: { type: 'boolean', doc: 'For update: fetch although what is there is fresh.' },
    'db-repository': {
      type: 'string',
      multiple: true,
      value: 'REF',
      doc: 'For update: where to fetch from instead; the next is asked when one fails.',
    },
    'java-db-repository': {
      type: 'string',
      multiple: true,
      value: 'REF',
      doc: 'For update: the same for the index of Java archives.',
    },
    'plain-http': {
      type: 'string',
      multiple: true,
      value: 'HOST',
      doc: 'For update: registry without TLS; loopback addresses always are.',
    },
    output: {
      type: 'string',
      value: 'FILE',
      doc: 'For build: another file than the one in the cache folder.',
    },
    json: { type: 'boolean', doc: 'Print JSON.' },
  },
  examples: [
    { command: 'lanner db update', doc: 'Fetch the published database when a newer one is expected.' },
    {
      command: 'lanner db build osv.zip advisory-db/ epss.csv.gz',
      doc: 'Build a database out of published feeds.',
    },
    { command: 'lanner db export databases.tar.zst', doc: 'One file to carry where there is no network.' },
    { command: 'lanner db import databases.tar.zst', doc: 'And there.' },
    { command: 'lanner db info --json', doc: 'What is there, and how old it is.' },
  ],
  positionals: Object.keys(subcommands),
  run: (environment, input) => runSubcommand('db', subcommands, environment, input),
});
