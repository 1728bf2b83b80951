import type { CommandOption } from '../command.ts';
import { scopeOptions } from '../live/scope.ts';

/** Options that commands which watch a part of the machine have in common. */
export const watchOptions: Readonly<Record<string, CommandOption>> = {
  rules: {
    type: 'string',
    short: 'r',
    multiple: true,
    value: 'FILE',
    doc: 'Rule file or folder, instead of those that come with Lanner.',
  },
  c: { type: 'string', short: 'c', value: 'FILE', doc: 'Configuration file (falco.yaml); none by default.' },
  matching: {
    type: 'string',
    value: 'MODE',
    choices: ['first', 'all'],
    doc: 'Stop at the first rule that matches an event, or go on (all).',
  },
  ...scopeOptions,
};

export const runOptions: Readonly<Record<string, CommandOption>> = {
  ...watchOptions,
  option: {
    type: 'string',
    short: 'o',
    multiple: true,
    value: 'KEY=VALUE',
    doc: 'Set a key of the configuration.',
  },
  json: { type: 'boolean', doc: 'Print alerts as JSON.' },
  alerts: {
    type: 'string',
    value: 'FILE|fd:N',
    doc: 'Write alerts to a file, or to an open descriptor, instead of standard error.',
  },
};
