import { describe, expect, test } from 'vitest';
import { compareDeliveries, countRepeats, Ledger } from './ledger.ts';

function ledgerOf(sent: readonly string[], acknowledged: readonly string[]): Ledger {
  const ledger = new Ledger();
  sent.forEach((mark) => ledger.sent(mark));
  acknowledged.forEach((mark) => ledger.acknowledged(mark));
  return ledger;
}

const laneOf = (mark: string): string => mark.charAt(0);
const none = { lost: 0, doubled: 0, invented: 0, misordered: 0 };

describe('what is stored', () => {
  const ledger = ledgerOf(['a1', 'b1', 'a2', 'b2', 'a3'], ['a1', 'a2', 'b1']);

  test.each([
    ['all that was acknowledged', ['a1', 'a2', 'b1'], none],
    ['also what was sent without an answer', ['b1', 'a1', 'b2', 'a2', 'a3'], none],
    ['less', ['a1', 'b1'], { ...none, lost: 1 }],
    ['one of them twice', ['a1', 'a2', 'b1', 'a2'], { ...none, doubled: 1 }],
    ['something else', ['a1', 'a2', 'b1', 'c1'], { ...none, invented: 1 }],
    ['a lane in another order', ['a2', 'b1', 'a1'], { ...none, misordered: 1 }],
  ])('%s', (_, stored, faults) => {
    expect(ledger.compare(stored, laneOf)).toEqual(faults);
  });

  test('is between what was acknowledged and what was sent', () => {
    expect([ledger.acknowledgedCount, ledger.sentCount]).toEqual([3, 5]);
    expect(ledger.countsOf('b')).toEqual({ sent: 2, acknowledged: 1 });
    expect(ledger.sample(2, (limit) => limit - 1, 'a')).toEqual(['a2', 'a2']);
    expect(ledger.sample(2, () => 0, 'c')).toEqual([]);
  });
});

describe('what is delivered', () => {
  const right = { undelivered: 0, strange: 0, overtaking: 0 };

  test.each([
    ['all in order', ['1', '2', '3'], right],
    ['some again after a crash', ['1', '2', '1', '2', '3'], right],
    ['one not', ['1', '3'], { ...right, undelivered: 1 }],
    ['one too late', ['1', '3', '2'], { ...right, overtaking: 1 }],
    ['one that is not stored', ['1', '2', '4', '3'], { ...right, strange: 1 }],
  ])('%s', (_, delivered, faults) => {
    expect(compareDeliveries(['1', '2', '3'], delivered)).toEqual(faults);
  });

  test('repeats are counted', () => {
    expect(countRepeats(['1', '2', '1', '2', '3'])).toBe(2);
  });
});
