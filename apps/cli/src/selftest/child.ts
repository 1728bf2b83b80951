import { AppError } from '@lanner/core';
import { runOwn } from '../lib/own-child.ts';
import type { SelftestResult } from './schedule.ts';

/** What it measures is how long alerts take: it runs as the sensor does. */
const limits = { maxOutputBytes: 2 ** 20, priority: 0 };
/** About fifty behaviours of two seconds at most, and the start. */
const patienceMs = 180_000;

/**
 * Runs `lanner selftest` beside, with all behaviours or `only` some. Throws AppError 'sensor.failed' with what it said
 * when it came to no result.
 */
export async function selftestInChild(
  signal: AbortSignal,
  only: readonly string[] = [],
): Promise<SelftestResult> {
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  const command = ['selftest', '--json', ...only.flatMap((id) => ['--only', id])];
  const { output, lastWords, status } = await runOwn(command, limits, inTime);
  // 1 stands for behaviours that were not seen, which the report names.
  const result = status === 0 || status === 1 ? resultOf(output) : null;
  if (result === null) {
    throw new AppError(
      'sensor.failed',
      `lanner selftest ended with ${status ?? 'a signal'}: ${lastWords.text}`,
      { hint: lastWords.hint },
    );
  }
  return result;
}

function resultOf(output: string): SelftestResult | null {
  // A start that fails prints nothing.
  return output.trim() === '' ? null : (JSON.parse(output) as SelftestResult);
}
