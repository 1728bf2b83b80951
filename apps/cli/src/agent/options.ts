import type { CommandOption } from '../command.ts';
import { sensorOptions, scanOptions } from '../up/options.ts';

/** Options of an agent: its own, those of `detect`, and those of the scans of `up`. */
export const agentOptions: Readonly<Record<string, CommandOption>> = {
  server: {
    type: 'string',
    value: 'URL',
    doc: 'The port of the server for agents, such as https://server:2803. Needed once; remembered then. Also $LANNER_SERVER.',
  },
  token: {
    type: 'string',
    value: 'TOKEN',
    doc: 'What lanner server token printed. Needed once; a new one enrols anew. Also $LANNER_JOIN_TOKEN.',
  },
  'token-file': { type: 'string', value: 'FILE', doc: 'A file with the join token, out of sight of others.' },
  name: { type: 'string', value: 'NAME', doc: 'What the server calls this node (default: its host name).' },
  data: {
    type: 'string',
    value: 'DIR',
    doc: 'Identity, spool and rules of the server (default /var/lib/lanner-agent, ~/.local/share/lanner-agent for users). Also $LANNER_AGENT_DATA.',
  },
  'spool-mib': {
    type: 'string',
    value: 'MIB',
    doc: 'How much may wait on disk while the server is away (default 256); the oldest goes first.',
  },
  'spool-days': { type: 'string', value: 'DAYS', doc: 'How long it may wait (default 7).' },
  'no-server-rules': {
    type: 'boolean',
    doc: 'Take no rules, exceptions and switches from the page of the server: only the own files are run.',
  },
  ...sensorOptions,
  ...scanOptions,
};
