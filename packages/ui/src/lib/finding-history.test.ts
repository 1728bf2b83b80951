import { expect, test } from 'vitest';
import { historyOf } from './finding-history.ts';

test('a finding is seen, fixed, back, and accepted until an end', () => {
  const intervals = [
    { fromMs: 10, toMs: 20 },
    { fromMs: 30, toMs: null },
  ];
  const acceptance = { id: '1', findingId: 'CVE-1', artifact: null, packageName: null };
  const events = historyOf({ intervals }, [
    { ...acceptance, by: 'ann', reason: 'not reachable', acceptedMs: 15, untilMs: 40 },
    { ...acceptance, by: 'bob', reason: 'for good', acceptedMs: 35, untilMs: null },
  ]);
  expect(events.map(({ atMs, kind, text, detail }) => [atMs, kind, text, detail])).toEqual([
    [10, 'seen', 'First seen', ''],
    [15, 'accepted', 'Accepted by ann', 'not reachable'],
    [20, 'fixed', 'Fixed or gone', ''],
    [30, 'back', 'Back again', ''],
    [35, 'accepted', 'Accepted by bob', 'for good'],
    [40, 'ends', 'The acceptance ends', ''],
  ]);
});
