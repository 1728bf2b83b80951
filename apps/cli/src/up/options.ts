import type { CommandOption } from '../command.ts';
import { detectOptions } from '../detect/options.ts';
import { serverOptions } from '../server/options.ts';

const fromDetect = ['rules', 'c', 'option', 'lenient', 'scope'] as const;
const { config: sidekickConfig, ...server } = serverOptions;

/** Options of both halves; `-c` is falco.yaml, as everywhere. */
export const upOptions: Readonly<Record<string, CommandOption>> = {
  ...server,
  ...Object.fromEntries(
    fromDetect.flatMap((name) => {
      const option = detectOptions[name];
      return option === undefined ? [] : [[name, option] as const];
    }),
  ),
  'sidekick-config': { type: 'string', value: sidekickConfig.value, doc: sidekickConfig.doc },
  'no-scan': { type: 'boolean', doc: 'Do not scan the host and its images.' },
  'scan-root': { type: 'string', value: 'DIR', doc: 'The folder that is scanned as the host (default /).' },
  'scan-hours': {
    type: 'string',
    value: 'HOURS',
    doc: 'How often host and images are scanned (default 24).',
  },
  'no-sensor': { type: 'boolean', doc: 'Do not watch this machine; take alerts from elsewhere only.' },
};
