import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Row, RowStore } from './row-store.ts';

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 3 })
  .filter((text) => !text.includes('\0'));
const rows = fc.array(fc.record({ place: word, name: word, key: word }), { maxLength: 40 });

test('rows come out by the bytes of place, name and key, equal ones in the order in which they came', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const store = new RowStore();
      const given = all.map((row, i): Row => ({ ...row, value: String(i) }));
      given.forEach((row) => store.add(row));
      const found = store.places().flatMap((place) => [...store.sorted(place)]);
      store.close();
      const bytes = ({ place, name, key }: Row): Buffer => Buffer.from([place, name, key].join('\0'));
      const wanted = given.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)));
      expect(found.map((row) => ({ ...row }))).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});

test('a store with nothing in it has nothing', () => {
  const store = new RowStore();
  expect([store.places(), [...store.sorted('a')]]).toEqual([[], []]);
  store.close();
});
