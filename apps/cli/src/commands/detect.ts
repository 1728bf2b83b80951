import { defineCommand } from '../command.ts';
import { detectOptions } from '../detect/options.ts';

export const command = defineCommand({
  id: 'detect',
  summary: 'Find what rules describe in captures and audit records; takes the command line of falco.',
  usage: '[--capture FILE] [-r FILE…] [-c FILE] [-o KEY=VALUE…] [--json]',
  description:
    'Alerts go to the outputs that the configuration enables, standard output without one. Without rules of your\nown, those that come with Lanner are used.',
  options: detectOptions,
  examples: [
    { command: 'lanner detect --capture attack.scap', doc: 'Replay a capture against the default rules.' },
    {
      command: 'lanner detect --capture attack.scap -r my_rules.yaml --json | jq .rule',
      doc: 'Your rules, Falco’s JSON.',
    },
    {
      command: 'lanner detect -c /etc/falco/falco.yaml --dry-run',
      doc: 'Check configuration and rules without looking at events.',
    },
    { command: 'lanner detect -V my_rules.yaml', doc: 'Say what is wrong with a rule file.' },
    { command: 'lanner detect --list=syscall --format markdown', doc: 'All fields that conditions can use.' },
  ],
  positionals: 'none',
  // Loaded when it runs: other commands start without it.
  run: async (environment, input) => (await import('../detect/main.ts')).detect(environment, input),
});
