import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import type { Ledger } from './ledger.ts';
import { roundPrefix } from './lanes.ts';
import { type Ask, type Expectation, wrongAnswer } from './stored-marks.ts';

/** What a server has to know again: how many there are, how many of a round, and single ones, new and old. */
export function expectationsOf(ledger: Ledger, lastRound: number, random: SeededRandom): Expectation[] {
  const prefix = roundPrefix(lastRound);
  const ofRound = ledger.countsOf(prefix);
  const below = (limit: number): number => random.below(limit);
  const single = new Set([...ledger.sample(4, below, prefix), ...ledger.sample(4, below)]);
  return [
    { query: '', least: ledger.acknowledgedCount, most: ledger.sentCount },
    { query: `q=${prefix}*`, least: ofRound.acknowledged, most: ofRound.sent },
    ...[...single].map((mark) => ({ query: `q=${mark}`, least: 1, most: 1 })),
  ];
}

/**
 * Asks until all answers are right; gives what is wrong after so many milliseconds, null when nothing is. An answer that
 * fails is a wrong one: an emulated machine may be too slow for it.
 */
export async function untilRight(
  ask: Ask,
  expectations: readonly Expectation[],
  patienceMs: number,
): Promise<string | null> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const wrong = await wrongAnswer(ask, expectations).catch((error: unknown) => String(error));
    if (wrong === null || performance.now() > end) {
      return wrong;
    }
    await sleep(100);
  }
}
