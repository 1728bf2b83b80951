import { expect, test } from 'vitest';
import { columnFacets } from './columns.ts';
import { TailColumns } from './tail-columns.ts';

const rowOf = (position: number): number[] => [
  position,
  position * 10,
  position % 8,
  ...columnFacets.map((_, kind) => position + kind),
];

test('the tail grows at its end and shrinks at its beginning, and what was handed out stays', () => {
  const tail = new TailColumns();
  for (let position = 1; position <= 1500; position++) {
    tail.add(rowOf(position));
  }
  const before = tail.run();
  tail.dropUpTo(1400);
  for (let position = 1501; position <= 9000; position++) {
    tail.add(rowOf(position));
  }
  const after = tail.run();
  expect([before.rows, before.positionOf(0), before.maxUs]).toEqual([1500, 1, 15_000]);
  expect([after.rows, after.positionOf(0), after.minUs, after.maxUs]).toEqual([7600, 1401, 14_010, 90_000]);
  for (const [run, first] of [
    [before, 1],
    [after, 1401],
  ] as const) {
    const { times, priorities, ids } = run.columns()!;
    expect(Array.from(times)).toEqual(Array.from({ length: run.rows }, (_, row) => (first + row) * 10));
    expect([priorities.length, ids[8]![0], ids[0]![run.rows - 1]]).toEqual([
      run.rows,
      first + 8,
      first + run.rows - 1,
    ]);
  }
});

test('what is dropped before it was there does not come again', () => {
  const tail = new TailColumns();
  tail.dropUpTo(70);
  expect([tail.rows, tail.last]).toEqual([0, 70]);
  tail.add(rowOf(71));
  tail.dropUpTo(Infinity);
  expect([tail.rows, tail.last]).toEqual([0, 71]);
});
