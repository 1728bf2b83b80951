import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newerFirst } from '../check-query.ts';
import type { Matches } from './counter.ts';
import { GroupSizes, type NewestGroup, NewestGroups } from './newest-groups.ts';
import { fingerprintKind } from './words.ts';

type Alerts = readonly (readonly [timeUs: number, group: number])[];

/** Alerts by time and group, the first at a position. */
function matchesOf(first: number, alerts: Alerts): Matches {
  const ids: Uint32Array[] = [];
  ids[fingerprintKind] = Uint32Array.from(alerts, ([, group]) => group);
  return {
    run: {
      positionOf: (row: number) => first + row,
      maxUs: Math.max(...alerts.map(([timeUs]) => timeUs)),
    },
    columns: { times: Float64Array.from(alerts, ([timeUs]) => timeUs), baseUs: 0, ids },
    rows: Uint32Array.from(alerts.keys()),
  } as unknown as Matches;
}

test('groups come by their newest alert, also when more alerts were kept than 32 bits count', () => {
  const start = 2 ** 33;
  const all = [
    { id: 5000, timeUs: 30, position: start + 1 },
    { id: 2, timeUs: 20, position: start + 3 },
    { id: 1, timeUs: 20, position: start + 2 },
  ];
  const groupsOf = (...args: ConstructorParameters<typeof NewestGroups>): readonly NewestGroup[] => {
    const groups = new NewestGroups(...args);
    groups.add(
      matchesOf(start, [
        [10, 1],
        [30, 5000],
        [20, 1],
        [20, 2],
      ]),
    );
    return groups.list();
  };
  expect(groupsOf(10, null)).toEqual(all);
  expect(groupsOf(10, { timeUs: 30, position: start + 1 })).toEqual(all.slice(1));
  expect(groupsOf(1, null)).toEqual(all.slice(0, 1));
});

const alert = fc.tuple(fc.nat(60), fc.nat(25));

test('pages of groups are the same whether all runs are looked at or only as many as are needed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(alert, { minLength: 1, maxLength: 20 }), { maxLength: 12 }),
      fc.integer({ min: 1, max: 8 }),
      (alerts, limit) => {
        let position = 1;
        const runs = alerts.map((run) => matchesOf((position += run.length) - run.length, run));
        runs.sort((a, b) => b.run.maxUs - a.run.maxUs);
        const newest = new Map<number, NewestGroup>();
        for (const { run, columns, rows } of runs) {
          for (const row of rows) {
            const id = columns.ids[fingerprintKind]![row]!;
            const here = { id, timeUs: columns.times[row]!, position: run.positionOf(row) };
            const before = newest.get(id);
            newest.set(id, before === undefined || newerFirst(here, before) < 0 ? here : before);
          }
        }
        const pages: NewestGroup[] = [];
        for (let after: NewestGroup | null = null; ;) {
          const groups: NewestGroups = new NewestGroups(limit, after);
          for (const matches of runs) {
            if (groups.isEnd(matches.run)) {
              break;
            }
            groups.add(matches);
          }
          const page: readonly NewestGroup[] = groups.list();
          pages.push(...page);
          after = page.at(-1) ?? null;
          if (page.length < limit) {
            break;
          }
        }
        expect(pages).toEqual([...newest.values()].sort(newerFirst));
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

test('runs with older alerts only are not looked at', () => {
  const groups = new NewestGroups(2, null);
  groups.add(
    matchesOf(1, [
      [50, 1],
      [40, 2],
    ]),
  );
  expect(groups.isEnd(matchesOf(9, [[41, 3]]).run)).toBe(false);
  expect(groups.isEnd(matchesOf(9, [[39, 3]]).run)).toBe(true);
});

test('only groups that are asked for are counted', () => {
  const sizes = new GroupSizes([1, 7]);
  const matches = matchesOf(1, [
    [10, 1],
    [5, 1],
    [1, 2],
    [1, 9000],
  ]);
  const rows = sizes.of(matches.columns, matches.rows);
  expect([...rows]).toEqual([0, 1]);
  sizes.add({ ...matches, rows });
  expect([sizes.sizeOf(1), sizes.sizeOf(7).count]).toEqual([{ count: 2, firstUs: 5 }, 0]);
});
