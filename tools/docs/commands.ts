import type { Command } from '../../apps/cli/src/command.ts';
import { commands } from '../../apps/cli/src/commands/registry.gen.ts';
import { optionForms } from '../../apps/cli/src/lib/help.ts';
import { code, type Page, page, prose, table } from './markdown.ts';

/** Every command with its options. */
export function commandsPage(): Page {
  return page(
    'commands.md',
    'Commands',
    'Standard output holds the data and nothing else; problems go to standard error. Exit codes: 0 done, 1 failed or ' +
      'nothing found, 2 wrong usage, 70 a bug in Lanner.',
    commands.filter(({ hidden }) => hidden !== true).map(section),
  );
}

function section({ id, summary, usage, description, options, examples }: Command): string {
  const rows = Object.entries(options)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, option]) => [
      code(optionForms(name, option)),
      prose(option.doc) + (option.multiple === true ? ' May be repeated.' : '') + choices(option.choices),
    ]);
  return [
    `## lanner ${id}`,
    prose(summary),
    `\`\`\`\nlanner ${id} ${usage}`.trimEnd() + '\n```',
    ...(description === undefined ? [] : [prose(description)]),
    ...(rows.length === 0 ? [] : [table(['Option', 'Meaning'], rows)]),
    ['```bash', ...examples.flatMap(({ doc, command }) => [`# ${doc}`, command]), '```'].join('\n'),
  ].join('\n\n');
}

function choices(values: readonly string[] | undefined): string {
  return values === undefined ? '' : ` One of ${values.map(code).join(', ')}.`;
}
