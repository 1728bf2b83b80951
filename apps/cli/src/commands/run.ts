import { defineCommand } from '../command.ts';
import { runOptions } from '../run/options.ts';

export const command = defineCommand({
  id: 'run',
  summary: 'Run a command, or watch what runs already, and show what rules find in it.',
  usage: '[-r FILE…] [--json] [--alerts FILE|fd:N] -- COMMAND…',
  description:
    'Watches just this command and what it starts. It keeps its standard streams and its terminal; alerts go to\nstandard error, the exit code is that of the command (128 and more for the end by a signal). Needs root, or\nCAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.',
  options: runOptions,
  examples: [
    { command: 'lanner run -- npm install', doc: 'Show what a package does while it installs.' },
    {
      command: 'lanner run -r my_rules.yaml --json --alerts alerts.json -- ./build.sh',
      doc: 'Your rules, alerts as JSON lines in a file.',
    },
    { command: 'lanner run --pid 4711', doc: 'Watch a process that runs, until Ctrl+C.' },
  ],
  positionals: 'none',
  run: async (environment, input) => (await import('../run/main.ts')).run(environment, input),
});
