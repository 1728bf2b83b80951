import type { CommandOption } from '../command.ts';
import { detectOptions } from '../detect/options.ts';
import { serverOptions } from '../server/options.ts';

/** Options of `detect` that a sensor as a part of something has. */
export const fromDetect: readonly string[] = [
  'rules',
  'c',
  'option',
  'lenient',
  'scope',
  'cpu-budget',
  'memory-budget',
];
const { config: sidekickConfig, ...server } = serverOptions;

/** Of the sensor; `-c` is falco.yaml, as everywhere. */
export const sensorOptions: Readonly<Record<string, CommandOption>> = {
  ...Object.fromEntries(
    fromDetect.flatMap((name) => {
      const option = detectOptions[name];
      return option === undefined ? [] : [[name, option] as const];
    }),
  ),
  'no-sensor': { type: 'boolean', doc: 'Do not watch this machine.' },
  'selftest-hours': {
    type: 'string',
    value: 'HOURS',
    doc: 'How often lanner selftest proves that the sensor sees, beginning with the start (default: never).',
  },
};

export const scanOptions: Readonly<Record<string, CommandOption>> = {
  'no-scan': { type: 'boolean', doc: 'Do not scan the host and its images.' },
  'scan-root': { type: 'string', value: 'DIR', doc: 'The folder that is scanned as the host (default /).' },
  'scan-secrets': {
    type: 'string',
    value: 'DIRS',
    doc: 'Folders of the host in which secrets are looked for, parted by commas; none for nowhere (default etc, home, opt, root, srv, usr/local/etc, var/www).',
  },
  'scan-hours': {
    type: 'string',
    value: 'HOURS',
    doc: 'How often host and images are scanned (default 24, at most 72).',
  },
};

/** Options of both halves. */
export const upOptions: Readonly<Record<string, CommandOption>> = {
  ...server,
  ...sensorOptions,
  'sidekick-config': { type: 'string', value: sidekickConfig.value, doc: sidekickConfig.doc },
  ...scanOptions,
};
