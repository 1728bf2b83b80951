import { expect, test } from 'vitest';
import { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import { Ledger } from './ledger.ts';
import { expectationsOf, untilRight } from './search-after-start.ts';
import type { Ask } from './stored-marks.ts';

const ledger = new Ledger();
['r1l0n0', 'r1l0n1', 'r2l0n0', 'r2l0n1'].forEach((mark) => ledger.sent(mark));
['r1l0n0', 'r1l0n1', 'r2l0n0'].forEach((mark) => ledger.acknowledged(mark));

/** Answers as a store that has these marks. */
const storeOf =
  (...marks: string[]): Ask =>
  <T>(path: string) => {
    const word = /q=(\w*)(\*?)$/.exec(path);
    const found = marks.filter((mark) =>
      word === null ? true : word[2] === '*' ? mark.startsWith(word[1] ?? '') : mark === word[1],
    );
    return Promise.resolve({ count: found.length } as T);
  };

const expectations = expectationsOf(ledger, 2, new SeededRandom(1));

test.each([
  [['r1l0n0', 'r1l0n1', 'r2l0n0'], null],
  [['r1l0n0', 'r1l0n1', 'r2l0n0', 'r2l0n1'], null],
  [['r1l0n0', 'r1l0n1'], 'count? gave 2, not 3 to 4'],
  [['r1l0n0', 'r1l0n1', 'r1l0n2', 'r1l0n3'], 'count?q=r2l* gave 0, not 1 to 2'],
  [['r1l0n0', 'r2l0n0', 'r2l0n0'], 'count?q=r2l0n0 gave 2, not 1'],
])('a store that has %j', async (marks, wrong) => {
  expect(await untilRight(storeOf(...marks), expectations, 0)).toBe(wrong);
});

test('an answer that fails is asked for again', async () => {
  const store = storeOf('r1l0n0', 'r1l0n1', 'r2l0n0');
  let tries = 0;
  const ask: Ask = (path) => (tries++ === 0 ? Promise.reject(new Error('takes too long')) : store(path));
  expect(await untilRight(ask, expectations, 60_000)).toBeNull();
  const broken: Ask = () => Promise.reject(new Error('takes too long'));
  expect(await untilRight(broken, expectations, 0)).toBe('Error: takes too long');
});
