import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdTable } from './id-table.ts';

test('every number has one slot with what was put there, however many there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(5000), fc.constantFrom(2 ** 32 - 2, 2 ** 31, 0)), { maxLength: 3000 }),
      (ids) => {
        const table = new IdTable();
        const plain = new Map<number, number>();
        for (const [index, id] of ids.entries()) {
          const slot = table.slotOf(id);
          expect(table.positions[slot]).toBe(plain.get(id) ?? 0);
          table.positions[slot] = index + 1;
          plain.set(id, index + 1);
        }
        expect(table.size).toBe(plain.size);
        const found = Array.from(table.slots(), (slot) => [table.idAt(slot), table.positions[slot]]);
        expect(found.sort()).toEqual([...plain].sort());
      },
    ),
    { seed: 1, numRuns: 60 },
  );
});
