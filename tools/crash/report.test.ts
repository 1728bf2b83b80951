import { expect, test } from 'vitest';
import { type CrashResult, reportPage, shortcomings, summarize } from './report.ts';

const good: CrashResult = {
  day: '2026-01-02',
  seconds: 60,
  cuts: 100,
  acknowledged: 1000,
  stored: 1003,
  faults: { lost: 0, doubled: 0, invented: 0, misordered: 0 },
  deliveries: { undelivered: 0, strange: 0, overtaking: 0, repeats: 12 },
  wrongSearches: [],
  searchMs: { median: 800, most: 1200 },
  note: 'Nothing.',
};
const part = { id: 'kills', title: 'Kills', expectsLoss: false };

test('a result is good enough when nothing is lost, and what came again after a crash is no fault', () => {
  expect(shortcomings(good, part)).toEqual([]);
  expect(shortcomings({ ...good, deliveries: null, searchMs: null }, part)).toEqual([]);
});

test.each([
  [{ faults: { ...good.faults, lost: 1 } }, ['lost: 1']],
  [{ faults: { ...good.faults, doubled: 2 } }, ['doubled: 2']],
  [
    { deliveries: { undelivered: 3, strange: 0, overtaking: 1, repeats: 0 } },
    ['undelivered: 3', 'overtaking: 1'],
  ],
  [{ wrongSearches: ['count gave 1'] }, ['a search stayed wrong: count gave 1']],
  [{ searchMs: { median: 1, most: 5001 } }, ['searches were right after 5001 ms only']],
])('%j is told', (changed, told) => {
  expect(shortcomings({ ...good, ...changed }, part)).toEqual(told);
});

test('a part that breaks something has to find losses', () => {
  expect(shortcomings(good, { expectsLoss: true })).toHaveLength(1);
  expect(shortcomings({ ...good, faults: { ...good.faults, lost: 9 } }, { expectsLoss: true })).toEqual([]);
});

test('the page has a row for each part that ran', () => {
  const page = reportPage([part, { ...part, id: 'other' }], { kills: good });
  expect(page).toContain('| kills | 100 | 1000 | 1003 | 0 | 0 | 0 | 12 | 800, 1200 | 60 | 2026-01-02 |');
  expect(page).toContain('- **Kills**: Nothing.');
  expect(page).not.toContain('other');
});

test('times are told by their median and the longest', () => {
  expect(summarize([3.4, 1, 2])).toEqual({ median: 2, most: 3 });
  expect(summarize([])).toBeNull();
});
