import type { Command, CommandOption } from '../command.ts';
import { paint } from './colour.ts';

/** The overview: every command with its line, and where to read on. */
export function overview(commands: readonly Command[], version: string, colour: boolean): string {
  const shown = commands.filter((command) => command.hidden !== true);
  const width = Math.max(...shown.map(({ id }) => id.length));
  return [
    `${paint('lanner', colour, 'bold')} ${version}: runtime security for Linux hosts and Kubernetes clusters`,
    '',
    heading('Usage', colour),
    '  lanner COMMAND [OPTION…]',
    '',
    heading('Commands', colour),
    ...shown.map(({ id, summary }) => `  ${paint(id.padEnd(width), colour, 'cyan')}  ${summary}`),
    '',
    heading('Examples', colour),
    ...shown.flatMap(({ examples }) => examples.slice(0, 1)).map(({ command }) => `  ${command}`),
    '',
    'lanner help COMMAND tells more of one. Set NO_COLOR=1 for plain text.',
    'Exit codes: 0 done, 1 failed, 2 wrong usage, 70 a bug in Lanner.',
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: Command, colour: boolean): string {
  const shown = Object.entries(command.options).filter(([, { hidden }]) => hidden !== true);
  const options = shown.map(([name, option]) => {
    const flag = optionForms(name, option);
    return {
      flag: option.short === undefined ? `    ${flag}` : flag,
      doc: option.doc + (option.multiple === true ? ' May be repeated.' : ''),
    };
  });
  const width = Math.min(34, Math.max(0, ...options.map(({ flag }) => flag.length)));
  return [
    `${paint(`lanner ${command.id}`, colour, 'bold')}: ${command.summary}`,
    '',
    heading('Usage', colour),
    `  lanner ${command.id} ${command.usage}`.trimEnd(),
    ...(command.description === undefined ? [] : ['', command.description]),
    ...(options.length === 0 ? [] : ['', heading('Options', colour)]),
    ...options.map(({ flag, doc }) => `  ${paint(flag.padEnd(width), colour, 'cyan')}  ${doc}`),
    '',
    heading('Examples', colour),
    ...command.examples.flatMap((example) => [
      `  ${example.command}`,
      `      ${paint(example.doc, colour, 'dim')}`,
    ]),
    '',
  ].join('\n');
}

/** How an option is written: `-r, --rules FILE`. One of a single letter has no long form. */
export function optionForms(name: string, { short, type, value = 'VALUE' }: CommandOption): string {
  const forms = [...(short === undefined ? [] : [`-${short}`]), ...(name.length > 1 ? [`--${name}`] : [])];
  return `${forms.join(', ')}${type === 'string' ? ` ${value}` : ''}`;
}

function heading(text: string, colour: boolean): string {
  return paint(text, colour, 'bold');
}
