import { expect, test } from 'vitest';
import type { Matches } from './counter.ts';
import { GroupSizes, NewestGroups } from './newest-groups.ts';
import { fingerprintKind } from './words.ts';

/** Alerts by time and group, the first at a position. */
function matchesOf(first: number, alerts: readonly (readonly [timeUs: number, group: number])[]): Matches {
  const ids: Uint32Array[] = [];
  ids[fingerprintKind] = Uint32Array.from(alerts, ([, group]) => group);
  return {
    run: { positionOf: (row: number) => first + row },
    columns: { times: Float64Array.from(alerts, ([timeUs]) => timeUs), baseUs: 0, ids },
    rows: Uint32Array.from(alerts.keys()),
  } as unknown as Matches;
}

test('groups come by their newest alert, also when more alerts were kept than 32 bits count', () => {
  const groups = new NewestGroups();
  const start = 2 ** 33;
  groups.add(
    matchesOf(start, [
      [10, 1],
      [30, 5000],
      [20, 1],
      [20, 2],
    ]),
  );
  const all = [
    { id: 5000, timeUs: 30, position: start + 1 },
    { id: 2, timeUs: 20, position: start + 3 },
    { id: 1, timeUs: 20, position: start + 2 },
  ];
  expect(groups.list(10, null)).toEqual(all);
  expect(groups.list(10, { timeUs: 30, position: start + 1 })).toEqual(all.slice(1));
  expect(groups.list(1, null)).toEqual(all.slice(0, 1));
  groups.clear();
  expect(groups.list(10, null)).toEqual([]);
});

test('only groups that are asked for are counted', () => {
  const sizes = new GroupSizes([1, 7]);
  sizes.add(
    matchesOf(1, [
      [10, 1],
      [5, 1],
      [1, 2],
      [1, 9000],
    ]),
  );
  expect([sizes.of(1), sizes.of(7).count]).toEqual([{ count: 2, firstUs: 5 }, 0]);
});
