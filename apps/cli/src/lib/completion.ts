import type { Command, CommandOption } from '../command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** A script that completes commands, their options with their values, and file names. */
export function completionScript(shell: Shell, commands: readonly Command[]): string {
  const shown = commands.filter((command) => command.hidden !== true);
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  return scripts[shell](shown);
}

function options({ options: all }: Command): [name: string, option: CommandOption][] {
  return Object.entries(all).filter(([, { hidden }]) => hidden !== true);
}

/** Letters are for `-`, names of a single letter have no long form worth completing. */
function flags(name: string, { short }: CommandOption): string[] {
  return [...(name.length > 1 ? [`--${name}`] : []), ...(short === undefined ? [] : [`-${short}`])];
}

function positionalWords({ positionals }: Command): readonly string[] {
  return typeof positionals === 'object' ? positionals : [];
}

function bashScript(commands: readonly Command[]): string {
  const verbs = commands.map(({ id }) => id).join(' ');
  const values = commands.flatMap((command) =>
    options(command).flatMap(([name, option]) =>
      option.choices === undefined
        ? []
        : flags(name, option).map(
            (flag) => `    '${command.id} ${flag}') words='${option.choices?.join(' ') ?? ''}' ;;`,
          ),
    ),
  );
  const words = commands.map((command) => {
    const all = [
      ...options(command).flatMap(([name, option]) => flags(name, option)),
      ...positionalWords(command),
    ];
    const files = positionalWords(command).length > 0 ? ' files=' : '';
    return `    ${command.id}) words='${all.join(' ')}'${files} ;;`;
  });
  return `# bash completion for lanner
_lanner() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words= files=yes
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W 'help ${verbs} --help --version' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} $previous" in
${values.join('\n')}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help) words='${verbs}' files= ;;
${words.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") \${files:+$(compgen -f -- "$current")})
}
complete -o filenames -F _lanner lanner
`;
}

function zshScript(commands: readonly Command[]): string {
  const list = commands.map(({ id, summary }) => `    ${quote(`${id}:${summary}`)}`);
  const cases = commands.map((command) => {
    const specs = options(command).flatMap(([name, option]) =>
      flags(name, option).map((flag) => zshSpec(flag, option)),
    );
    const rest = positionalWords(command);
    if (command.positionals !== 'none') {
      specs.push(quote(rest.length === 0 ? '*:file:_files' : `*:argument:(${rest.join(' ')})`));
    }
    return `    ${command.id}) _arguments ${specs.join(' ')} ;;`;
  });
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
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
    help) _describe command verbs ;;
${cases.join('\n')}
    *) _files ;;
  esac
}
compdef _lanner lanner
`;
}

function zshSpec(flag: string, option: CommandOption): string {
  const doc = option.doc.replaceAll(/[[\]:]/g, '\\$&');
  const repeated = option.multiple === true ? '*' : '';
  // An optional value goes into the same word as the flag.
  const takes = option.implicit === undefined ? '' : '=-';
  const action = option.choices === undefined ? '_files' : `(${option.choices.join(' ')})`;
  const value =
    option.type === 'string' ? `:${(option.value ?? 'value').replaceAll(/[[\]:=]/g, '')}:${action}` : '';
  return quote(`${repeated}${flag}${takes}[${doc}]${value}`);
}

function fishScript(commands: readonly Command[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c lanner -n __fish_use_subcommand -a ${command.id} -d ${quote(command.summary)}`,
    ...options(command).map(([name, option]) => {
      const long = name.length > 1 ? ` -l ${name}` : '';
      const short = option.short === undefined ? '' : ` -s ${option.short}`;
      const value = option.type === 'string' && option.implicit === undefined ? ' -r' : '';
      const choices = option.choices === undefined ? '' : ` -f -a ${quote(option.choices.join(' '))}`;
      return `${fishCondition(command)}${long}${short}${value}${choices} -d ${quote(option.doc)}`;
    }),
    ...positionalWords(command).map((word) => `${fishCondition(command)} -f -a ${word}`),
  ]);
  return `# fish completion for lanner\n${lines.join('\n')}\n`;
}

function fishCondition({ id }: Command): string {
  return `complete -c lanner -n '__fish_seen_subcommand_from ${id}'`;
}

/** A word in single quotes; texts for people get a typographic apostrophe, which needs no escape in any shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}
