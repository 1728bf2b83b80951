import type { Log } from '@lanner/core';
import type { ParseArgsOptionsConfig } from 'node:util';

/** What a command may touch; wired once in main.ts, so that tests pass plain fakes. */
export interface CommandEnvironment {
  /** Writes to standard output; data only, never progress or problems. */
  readonly out: (text: string) => void;
  /** The same, and waits until the text was taken: for much data at full speed. */
  readonly outTaken: (text: string) => Promise<void>;
  /** Writes to standard error: progress, problems, summaries. */
  readonly err: (text: string) => void;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Colours may be used on standard output / error. */
  readonly outColour: boolean;
  readonly errColour: boolean;
  /** Somebody sits in front of standard error. */
  readonly errIsTerminal: boolean;
  readonly now: () => Date;
  /** Draws a UUID. */
  readonly uuid: () => string;
  /** Width of the terminal behind standard output; null where there is none. */
  readonly outColumns: number | null;
  /** Width of the terminal behind standard error as it is now; 80 where there is none. */
  readonly errColumns: () => number;
  /** How this program is called from where it was started: `lanner`, or a path. */
  readonly program: string;
  readonly hostname: () => string;
  readonly version: string;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** An option of a command, as node:util parses it, with its help text. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly multiple?: boolean;
  /** Placeholder of the value in the help, such as `FILE`. */
  readonly value?: string;
  /** The value when the option stands alone; a value then needs an equals sign: `--list=syscall`. */
  readonly implicit?: string;
  /** What values may follow, for completion. */
  readonly choices?: readonly string[];
  /** Known, but not part of the help. */
  readonly hidden?: boolean;
  readonly doc: string;
}

export type OptionValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** One verb of the command line. */
export interface Command {
  /** File name and verb. */
  readonly id: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What follows the verb, such as `[OPTION…] FILE…`. */
  readonly usage: string;
  /** A paragraph for the command's own help; empty when the summary says it all. */
  readonly description?: string;
  readonly options: Readonly<Record<string, CommandOption>>;
  readonly examples: readonly { readonly command: string; readonly doc: string }[];
  /** Kinds of values that positional arguments take, for completion. */
  readonly positionals?: 'files' | 'none' | readonly string[];
  /** Not part of the overview. */
  readonly hidden?: boolean;
  /** The exit code: 0 done, 1 failed or found something, 2 wrong usage. */
  readonly run: (environment: CommandEnvironment, input: CommandInput) => Promise<number> | number;
}

export interface CommandInput {
  readonly values: OptionValues;
  readonly positionals: readonly string[];
}

export function defineCommand(command: Command): Command {
  return command;
}

/** The options as node:util's parseArgs wants them. */
export function parseConfig(command: Command): ParseArgsOptionsConfig {
  return Object.fromEntries(
    Object.entries(command.options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === true ? { multiple } : {}) },
    ]),
  );
}

/** The value of a string option; undefined when it was not given. */
export function textOption(values: OptionValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be repeated. */
export function listOption(values: OptionValues, name: string): string[] {
  const value = values[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function flagOption(values: OptionValues, name: string): boolean {
  return values[name] === true;
}

/** The value of an option that takes one of `choices`; undefined when it was not given. */
export function choiceOption<T extends string>(
  values: OptionValues,
  name: string,
  choices: readonly T[],
): T | undefined {
  return choices.find((choice) => choice === values[name]);
}
