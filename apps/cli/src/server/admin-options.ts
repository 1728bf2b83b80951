import type { CommandOption } from '../command.ts';

/** Options of the subcommands that ask a running server. */
export const adminOptions = {
  name: { type: 'string', value: 'NAME', doc: 'For token create: what it is for (default: join).' },
  scope: {
    type: 'string',
    value: 'SCOPE',
    choices: ['agent', 'view', 'triage', 'admin', 'intake'],
    doc: 'For token create: what it opens (default agent: a join token).',
  },
  hours: {
    type: 'string',
    value: 'HOURS',
    doc: 'For token create: how long it is good (default 1 for a join token, for ever else).',
  },
  json: { type: 'boolean', doc: 'For token and agents: print JSON.' },
} as const satisfies Readonly<Record<string, CommandOption>>;
