import type { CommandOption } from '../command.ts';
import { watchOptions } from '../run/options.ts';

/** The option that makes `capture` record. */
export const recordOption = 'output';

export const captureOptions: Readonly<Record<string, CommandOption>> = {
  json: { type: 'boolean', doc: 'Print JSON; with -o, alerts as JSON.' },
  [recordOption]: { type: 'string', short: 'o', value: 'FILE', doc: 'Record into this file (.scap, gzip).' },
  ...watchOptions,
  option: { type: 'string', multiple: true, value: 'KEY=VALUE', doc: 'Set a key of the configuration.' },
  alerts: {
    type: 'string',
    value: 'FILE|fd:N',
    doc: 'Also write the alerts that are raised meanwhile; nowhere by default.',
  },
};
