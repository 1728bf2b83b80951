import { AppError, type Log } from '@lanner/core';
import { setTimeout as delay } from 'node:timers/promises';
import { type CommandEnvironment, type CommandInput, type OptionValues, textOption } from '../command.ts';
import { parseDuration } from '../detect/duration.ts';
import { pullRules, type PullResult } from '../rule-artifacts/pull.ts';
import { pullOptions, referencesOf } from './pull.ts';

const defaultEvery = '6h';
/** The wait after a first failure; it doubles with each further one, up to the usual time. */
const firstRetryMs = 30_000;
/** Checks of many machines spread over this part of the time, so that a registry does not see them all at once. */
const spread = 0.1;

/** `rules follow`: keeps rule artifacts up to date until the program is stopped. */
export async function follow(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const references = referencesOf(positionals, 'follow');
  const everyMs = everyOf(values);
  const options = pullOptions(environment, values);
  const { log, signal } = environment;
  log.info('following rules', {
    artifacts: references.join(', '),
    every: textOption(values, 'every') ?? defaultEvery,
  });
  await followRules(references, {
    pull: (reference) => pullRules(reference, options),
    everyMs,
    sleep: (ms) => sleep(ms * (1 + spread * (Math.random() - 0.5)), signal),
    signal,
    log,
  });
  return 0;
}

function everyOf(values: OptionValues): number {
  const text = textOption(values, 'every') ?? defaultEvery;
  const everyMs = parseDuration(text);
  if (everyMs <= 0) {
    throw new AppError('usage.invalid', `--every '${text}' is no duration`, {
      hint: 'Write it like 30m, 6h or 1d.',
    });
  }
  return everyMs;
}

/** Ends early, without an error, when the program is stopped. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    // Timers take no more than 2^31 - 1 ms.
    await delay(Math.min(ms, 2 ** 31 - 1), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}

export interface FollowOptions {
  readonly pull: (reference: string) => Promise<PullResult>;
  readonly everyMs: number;
  /** Returns early when `signal` is aborted. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * Checks artifacts again and again. A failure leaves installed rules in place and is tried again soon; it is logged
 * once, until its reason changes. Bugs are thrown.
 */
export async function followRules(references: readonly string[], options: FollowOptions): Promise<void> {
  const { everyMs, sleep: wait, signal } = options;
  const last = new Map<string, string>();
  const isStopped = (): boolean => signal.aborted;
  let failures = 0;
  while (!isStopped()) {
    let failed = false;
    for (const reference of references) {
      failed = !(await check(reference, last, options)) || failed;
    }
    failures = failed ? failures + 1 : 0;
    if (!isStopped()) {
      await wait(failures === 0 ? everyMs : Math.min(everyMs, firstRetryMs * 2 ** (failures - 1)));
    }
  }
}

/** False when the check failed. */
async function check(
  reference: string,
  last: Map<string, string>,
  { pull, signal, log }: FollowOptions,
): Promise<boolean> {
  const isStopped = (): boolean => signal.aborted;
  if (isStopped()) {
    return true;
  }
  try {
    const { digest, changed } = await pull(reference);
    // What was installed has been logged with its files.
    if (!changed && last.get(reference) !== digest) {
      log.info('rules are up to date', { artifact: reference, digest });
    }
    last.set(reference, digest);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    if (!isStopped() && last.get(reference) !== error.message) {
      log.warn('rules could not be updated, those installed stay', {
        artifact: reference,
        reason: error.message,
      });
      last.set(reference, error.message);
    }
    return false;
  }
}
