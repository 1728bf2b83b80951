import { expect, test } from 'vitest';
import { StoredEvents } from './stored-events.ts';

function event(size: number, fill = 1): Uint8Array {
  return new Uint8Array(size).fill(fill);
}

test('an event is kept as a copy until it is released', () => {
  const stored = new StoredEvents();
  const bytes = event(40, 7);
  stored.store(1, bytes, 10, 30);
  bytes.fill(0);
  expect(stored.get(1)?.length).toBe(30);
  expect(stored.get(1)?.view.getUint8(0)).toBe(7);
  expect(stored.get(2)).toBeNull();
  stored.release(1);
  stored.release(2);
  expect(stored.get(1)).toBeNull();
});

test('a newer event of the thread replaces the older, whatever their sizes', () => {
  const stored = new StoredEvents();
  for (const size of [30, 500, 26, 4000]) {
    stored.store(1, event(size, size % 251), 0, size);
    expect(stored.get(1)?.length).toBe(size);
    expect(stored.get(1)?.bytes[size - 1]).toBe(size % 251);
  }
  expect(stored.size).toBe(1);
  expect(stored.evictions).toBe(0);
});

test('with too many threads the one that stored longest ago goes first and is counted', () => {
  const stored = new StoredEvents({ threads: 3, bytes: 1_000_000 });
  for (const tid of [1, 2, 3]) {
    stored.store(tid, event(30), 0, 30);
  }
  stored.store(1, event(30), 0, 30);
  stored.store(4, event(30), 0, 30);
  expect([1, 2, 3, 4].map((tid) => stored.get(tid) !== null)).toEqual([true, false, true, true]);
  expect(stored.evictions).toBe(1);
});

test('the room of a released event is taken without counting a loss', () => {
  const stored = new StoredEvents({ threads: 1, bytes: 1_000_000 });
  stored.store(1, event(30), 0, 30);
  stored.release(1);
  stored.store(2, event(30), 0, 30);
  expect(stored.evictions).toBe(0);
});

test('bytes are bounded as well', () => {
  const stored = new StoredEvents({ threads: 1000, bytes: 10_000 });
  for (let tid = 0; tid < 100; tid++) {
    stored.store(tid, event(1000), 0, 1000);
  }
  expect(stored.size).toBeLessThanOrEqual(10);
  expect(stored.evictions).toBe(100 - stored.size);
  stored.clear();
  expect(stored.size).toBe(0);
  stored.store(1, event(9000), 0, 9000);
  expect(stored.get(1)?.length).toBe(9000);
});
