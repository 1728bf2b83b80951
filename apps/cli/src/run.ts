import { AppError, nearest } from '@lanner/core';
import { parseArgs } from 'node:util';
import {
  type Command,
  type CommandEnvironment,
  type CommandInput,
  type CommandOption,
  parseConfig,
} from './command.ts';
import { paint } from './lib/colour.ts';
import { commandHelp, overview } from './lib/help.ts';

/** Exit codes of the command line; 70 is `EX_SOFTWARE` of sysexits.h. */
export const exitCodes = { done: 0, failed: 1, usage: 2, bug: 70 } as const;

/** Finds the command that the arguments name and runs it. Gives the exit code; never throws. */
export async function runCommandLine(
  commands: readonly Command[],
  environment: CommandEnvironment,
  args: readonly string[],
): Promise<number> {
  try {
    return await dispatch(commands, environment, args);
  } catch (error) {
    return report(error, environment);
  }
}

async function dispatch(
  commands: readonly Command[],
  environment: CommandEnvironment,
  args: readonly string[],
): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === '--help' || verb === '-h') {
    environment.out(overview(commands, environment.version, environment.outColour));
    return exitCodes.done;
  }
  if (verb === '--version' || verb === '-v') {
    environment.out(`lanner ${environment.version}\n`);
    return exitCodes.done;
  }
  if (verb === 'help') {
    const text =
      rest[0] === undefined
        ? overview(commands, environment.version, environment.outColour)
        : commandHelp(find(commands, rest[0]), environment.outColour);
    environment.out(text);
    return exitCodes.done;
  }
  const command = find(commands, verb);
  if (wantsHelp(rest)) {
    environment.out(commandHelp(command, environment.outColour));
    return exitCodes.done;
  }
  return command.run(environment, parse(command, rest));
}

function find(commands: readonly Command[], verb: string): Command {
  const command = commands.find(({ id }) => id === verb);
  if (command === undefined) {
    const near = nearest(
      verb,
      commands.map(({ id }) => id),
    );
    throw new AppError('usage.invalid', `'${verb}' is not a command`, {
      hint: near === null ? 'Run lanner help for the list.' : `Did you mean: lanner ${near}`,
    });
  }
  return command;
}

// Only before `--`: what follows belongs to somebody else.
function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function parse(command: Command, args: readonly string[]): CommandInput {
  const input = parseOptions(command, args);
  for (const [name, { choices, implicit }] of Object.entries(command.options)) {
    const wrong = [input.values[name] ?? []]
      .flat()
      .find((value) => typeof value === 'string' && value !== implicit && choices?.includes(value) === false);
    if (typeof wrong === 'string') {
      throw choiceError(name, wrong, choices ?? []);
    }
  }
  return input;
}

function choiceError(option: string, value: string, choices: readonly string[]): AppError {
  const near = nearest(value, choices);
  return new AppError('usage.invalid', `--${option} cannot be '${value}'`, {
    hint: near === null ? `Use one of: ${choices.join(', ')}` : `Did you mean --${option} ${near}?`,
  });
}

function parseOptions(command: Command, args: readonly string[]): CommandInput {
  try {
    return parseArgs({
      args: withImplicit(command, args),
      options: parseConfig(command),
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    // parseArgs throws nothing but Errors.
    throw usageError(command, error as Error);
  }
}

// parseArgs knows no option whose value may be left out.
function withImplicit(command: Command, args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => {
    const [name, option] = end < 0 || i < end ? optionNamed(command, arg) : [];
    return option?.implicit === undefined ? arg : `--${name}=${option.implicit}`;
  });
}

/** The option that an argument names without a value: `--list`, `-l`. */
function optionNamed(command: Command, arg: string): [name?: string, option?: CommandOption | undefined] {
  if (arg.startsWith('--')) {
    return [arg.slice(2), command.options[arg.slice(2)]];
  }
  const letter = /^-([a-z])$/i.exec(arg)?.[1];
  return letter === undefined
    ? []
    : (Object.entries(command.options).find(([, { short }]) => short === letter) ?? []);
}

function usageError(command: Command, error: Error): AppError {
  const [, unknown] = /^Unknown option '(-{1,2}[^']*)'/.exec(error.message) ?? [];
  if (unknown === undefined) {
    return new AppError('usage.invalid', error.message.split('.')[0] ?? error.message, {
      cause: error,
      hint: `Run lanner help ${command.id} for its options.`,
    });
  }
  // A single letter is near to every other.
  const near = unknown.startsWith('--') ? nearest(unknown.slice(2), Object.keys(command.options)) : null;
  return new AppError('usage.invalid', `${command.id} has no option ${unknown}`, {
    cause: error,
    hint: near === null ? `Run lanner help ${command.id} for its options.` : `Did you mean --${near}?`,
  });
}

/** Tells an error on standard error: an expected one in two lines, a bug with its stack. */
export function report(
  error: unknown,
  environment: Pick<CommandEnvironment, 'err' | 'errColour' | 'version'>,
): number {
  if (error instanceof AppError) {
    environment.err(`${paint('error:', environment.errColour, 'brightRed', 'bold')} ${error.message}\n`);
    if (error.hint !== undefined) {
      environment.err(`${paint('hint:', environment.errColour, 'cyan')} ${error.hint}\n`);
    }
    return error.code === 'usage.invalid' ? exitCodes.usage : exitCodes.failed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  environment.err(
    `${paint('bug:', environment.errColour, 'brightRed', 'bold')} Lanner ${environment.version} failed in a way it should not\n` +
      `${text}\n` +
      `${paint('hint:', environment.errColour, 'cyan')} Please report this text, and the smallest input that shows it.\n`,
  );
  return exitCodes.bug;
}
