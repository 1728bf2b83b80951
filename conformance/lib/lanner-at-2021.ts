// Runs a command line at the time and with the ids of Trivy's integration tests: node lanner-at-2021.ts ARG…
import { silentLog } from '@lanner/core';
import { commands } from '../../apps/cli/src/commands/registry.gen.ts';
import { runCommandLine } from '../../apps/cli/src/run.ts';

let drawn = 0;
const out = (text: string): void => void process.stdout.write(text);

process.exitCode = await runCommandLine(
  commands,
  {
    out,
    outTaken: (text) => Promise.resolve(out(text)),
    err: (text) => void process.stderr.write(text),
    log: silentLog,
    env: process.env,
    outColour: false,
    errColour: false,
    now: () => new Date('2021-08-25T12:20:30.005Z'),
    uuid: () => `3ff14136-e09f-4df9-80ea-${String(++drawn).padStart(12, '0')}`,
    outColumns: null,
    errColumns: () => 80,
    program: 'lanner',
    errIsTerminal: false,
    hostname: () => 'test',
    version: 'dev',
    signal: new AbortController().signal,
  },
  process.argv.slice(2),
);
