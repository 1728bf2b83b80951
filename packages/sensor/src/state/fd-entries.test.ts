import { fdTypes } from '@lanner/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FdEntries } from './fd-entries.ts';
import { FdEntry } from './fd-entry.ts';

const number = fc.oneof(
  fc.integer({ min: 0, max: 20 }),
  fc.integer({ min: 1000, max: 1100 }),
  fc.integer({ min: 0 }),
);
const step = fc.record({ action: fc.constantFrom('set', 'delete', 'fork', 'range'), fd: number });

test('it behaves like a map', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let table = new FdEntries();
      const model = new Map<number, FdEntry>();
      for (const { action, fd } of steps) {
        if (action === 'set') {
          const entry = new FdEntry(fdTypes.event);
          table.set(fd, entry);
          model.set(fd, entry);
        } else if (action === 'delete') {
          expect(table.delete(fd)).toBe(model.delete(fd));
        } else if (action === 'fork') {
          table = table.fork();
        } else {
          const gone = [...model.keys()].filter((key) => key >= fd);
          expect(table.deleteWhere((key) => key >= fd)).toBe(gone.length);
          gone.forEach((key) => model.delete(key));
        }
        expect(table.size).toBe(model.size);
      }
      expect(new Map(table.entries())).toEqual(model);
      for (const [fd, entry] of model) {
        expect(table.get(fd)).toBe(entry);
      }
    }),
  );
});

test('a negative number counts but is never found', () => {
  const table = new FdEntries();
  table.set(-24, new FdEntry(-1));
  expect(table.size).toBe(1);
  expect(table.get(-24)).toBeUndefined();
});

test('after a fork the two tables go their own ways', () => {
  const parent = new FdEntries();
  parent.set(3, new FdEntry(fdTypes.fifo));
  const child = parent.fork();
  child.set(4, new FdEntry(fdTypes.fifo));
  parent.delete(3);
  expect([parent.size, child.size]).toEqual([0, 2]);
  expect(child.get(3)?.isShared).toBe(true);
});
