import { AppError } from '@lanner/core';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';

/** Values of `-p` that once chose a form of the output. */
const shorthands = new Set(['c', 'container', 'k', 'kubernetes']);

/** Takes the forms of `-p` away that do nothing any more; `ignored` is the one that was there. */
export function withoutPrintShorthand(values: OptionValues): {
  values: OptionValues;
  ignored: string | null;
} {
  const print = textOption(values, 'print');
  return print === undefined || !shorthands.has(print)
    ? { values, ignored: null }
    : { values: { ...values, print: undefined }, ignored: print };
}

/** Longest time that a timer of the runtime takes. */
const maxTimerMs = 2 ** 31 - 1;

/** The environment with a signal that also comes after the seconds of `-M`; 0 sets no limit. */
export function limitTime(values: OptionValues, environment: CommandEnvironment): CommandEnvironment {
  const text = textOption(values, 'M') ?? '0';
  const seconds = Number(text);
  if (!/^\d+$/.test(text)) {
    throw new AppError('usage.invalid', `-M '${text}' is not a number of seconds`);
  }
  if (seconds === 0) {
    return environment;
  }
  const limit = AbortSignal.timeout(Math.min(seconds * 1000, maxTimerMs));
  return { ...environment, signal: AbortSignal.any([environment.signal, limit]) };
}
