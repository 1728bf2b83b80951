import { AppError, nearest } from '@lanner/core';
import type { CommandEnvironment, CommandInput, OptionValues } from '../command.ts';

/** What the first word behind a verb chooses. */
export interface Subcommand {
  /** What follows it, such as `FILE… [--json]`. */
  readonly usage: string;
  /** Options of the command that have a meaning here; others are refused. */
  readonly options: readonly string[];
  readonly run: (environment: CommandEnvironment, input: CommandInput) => Promise<number> | number;
}

/**
 * Runs the subcommand that the first positional names, with the others. Throws AppError 'usage.invalid' for an unknown
 * one, and for options of another one.
 */
export async function runSubcommand(
  verb: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const [name, ...rest] = positionals;
  const names = Object.keys(subcommands);
  if (name === undefined) {
    throw new AppError('usage.invalid', `${verb} needs one of ${names.join(', ')}`, {
      hint: `Run lanner help ${verb} for what each does.`,
    });
  }
  const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (subcommand === undefined) {
    const near = nearest(name, names);
    throw new AppError('usage.invalid', `'${name}' is none of ${names.join(', ')}`, {
      hint:
        near === null
          ? `Run lanner help ${verb} for what each does.`
          : `Did you mean: lanner ${verb} ${near}`,
    });
  }
  refuseForeignOptions(`${verb} ${name}`, subcommand, values);
  return subcommand.run(environment, { values, positionals: rest });
}

/** Throws AppError 'usage.invalid' for an option that has no meaning here. */
export function refuseForeignOptions(
  command: string,
  { usage, options }: Pick<Subcommand, 'usage' | 'options'>,
  values: OptionValues,
): void {
  const foreign = Object.keys(values).find((option) => !options.includes(option));
  if (foreign !== undefined) {
    throw new AppError('usage.invalid', `${command} has no option --${foreign}`, {
      hint: `Usage: lanner ${command} ${usage}`,
    });
  }
}

/** The error for a subcommand that lacks what it works on. */
export function missingArgument(verb: string, usage: string, what: string): AppError {
  return new AppError('usage.invalid', `${verb} needs ${what}`, { hint: `Usage: lanner ${verb} ${usage}` });
}
