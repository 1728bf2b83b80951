import { expect, test } from 'vitest';
import { weekBeside, weekOf, weekSpan } from './week.ts';

test('weeks are those of ISO 8601, also around the turn of the year', () => {
  const of = (day: string): string => weekOf(Date.parse(`${day}T12:00:00Z`), 'utc');
  // From the standard's own examples.
  expect(
    ['2005-01-01', '2005-12-31', '2007-01-01', '2008-12-29', '2010-01-03', '2026-11-27'].map(of),
  ).toEqual(['2004-W53', '2005-W52', '2007-W01', '2009-W01', '2009-W53', '2026-W48']);
});

test('a week begins at midnight of its Monday where one is', () => {
  expect(weekSpan('2026-W48', 'utc')).toEqual({
    fromMs: Date.UTC(2026, 10, 23),
    toMs: Date.UTC(2026, 10, 30),
  });
  expect(weekSpan('2026-W48', 'Asia/Tokyo')?.fromMs).toBe(Date.UTC(2026, 10, 22, 15));
  // Clocks of Berlin go forward in this one, which is an hour shorter.
  const span = weekSpan('2026-W13', 'Europe/Berlin') ?? { fromMs: 0, toMs: 0 };
  expect((span.toMs - span.fromMs) / 3_600_000).toBe(7 * 24 - 1);
  expect(weekOf(span.fromMs, 'Europe/Berlin')).toBe('2026-W13');
  expect(weekOf(span.fromMs - 1, 'Europe/Berlin')).toBe('2026-W12');
});

test('what is no week is none', () => {
  expect(
    ['', '2026', '2026-W00', '2026-W54', '2025-W53', '2026-w01', '<b>'].map((text) => weekSpan(text, 'utc')),
  ).toEqual(Array(7).fill(null));
});

test('every week has one beside it', () => {
  let week = '2024-W50';
  for (let i = 0; i < 200; i++) {
    const next = weekBeside(week, 1);
    expect(weekSpan(next, 'utc')?.fromMs).toBe(weekSpan(week, 'utc')?.toMs);
    expect(weekBeside(next, -1)).toBe(week);
    week = next;
  }
});
