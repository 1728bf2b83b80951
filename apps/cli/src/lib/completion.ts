import type { Command } from '../command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that completes commands, their options and file names. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const shown = commands.filter((command) => command.hidden !== true);
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](shown);
}

function flags(command: Command): string[] {
  return Object.entries(command.options).flatMap(([name, { short }]) =>
    short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`],
  );
}

function words(command: Command): string[] {
  return [
    ...flags(command),
    ...(Array.isArray(command.positionals) ? (command.positionals as string[]) : []),
  ];
}

function bashScript(commands: readonly Command[]): string {
  const cases = commands.map((command) => `    ${command.id}) words="${words(command).join(' ')}" ;;`);
  return `# bash completion for lanner
_lanner() {
  local current=\${COMP_WORDS[COMP_CWORD]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "help ${commands.map(({ id }) => id).join(' ')} --help --version" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help) words="${commands.map(({ id }) => id).join(' ')}" ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _lanner lanner
`;
}

function zshScript(commands: readonly Command[]): string {
  const list = commands.map(({ id, summary }) => `    '${id}:${summary.replaceAll("'", '’')}'`);
  const cases = commands.map(
    (command) => `    ${command.id}) compadd -- ${words(command).join(' ')}; _files ;;`,
  );
  return `#compdef lanner
_lanner() {
  local -a verbs
  verbs=(
${list.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command verbs
    return
  fi
  case $words[2] in
${cases.join('\n')}
    *) _files ;;
  esac
}
compdef _lanner lanner
`;
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c lanner -n __fish_use_subcommand -a ${command.id} -d '${escapeFish(command.summary)}'`,
    ...Object.entries(command.options).map(([name, option]) => {
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      const value = option.type === 'string' ? ' -r' : '';
      return `complete -c lanner -n '__fish_seen_subcommand_from ${command.id}' -l ${name}${short}${value} -d '${escapeFish(option.doc)}'`;
    }),
  ]);
  return `# fish completion for lanner\n${lines.join('\n')}\n`;
}

function escapeFish(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
