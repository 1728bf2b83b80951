import { expect, test } from 'vitest';
import { csvOf, everyPage, jsonOf } from './save.ts';

const table = {
  columns: ['name', 'count', 'fixed'],
  rows: [
    ['=cmd|calc', 3, true],
    ['a "b", c\n', null, false],
  ],
};

test('a table is lines of values, of which none is a formula', () => {
  expect(csvOf(table)).toBe('name,count,fixed\r\n\'=cmd|calc,3,true\r\n"a ""b"", c\n",,false\r\n');
});

test('as JSON a row has the names of its columns, or is what it was made of', () => {
  expect(JSON.parse(jsonOf(table))).toEqual([
    { name: '=cmd|calc', count: 3, fixed: true },
    { name: 'a "b", c\n', count: null, fixed: false },
  ]);
  expect(JSON.parse(jsonOf({ ...table, items: [{ whole: 1 }] }))).toEqual([{ whole: 1 }]);
});

test('numbers of events keep their digits', () => {
  expect(jsonOf({ ...table, items: [{ 'evt.time': 1767225600123456789n }] })).toContain(
    '"evt.time": 1767225600123456789',
  );
});

test('pages come until there are enough, and it is told when there are more', async () => {
  const asked: (string | null)[] = [];
  const pages = (most: number): Promise<{ items: number[]; isCut: boolean }> =>
    everyPage(most, (cursor) => {
      asked.push(cursor);
      const page = Number(cursor ?? 0);
      return Promise.resolve({ items: [page, page], cursor: page === 2 ? null : String(page + 1) });
    });
  expect(await pages(100)).toEqual({ items: [0, 0, 1, 1, 2, 2], isCut: false });
  expect(await pages(4)).toEqual({ items: [0, 0, 1, 1], isCut: true });
  expect(asked).toEqual([null, '1', '2', null, '1']);
});
