import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWindow } from './byte-window.ts';
import { cut } from './capture-log.ts';

/** Reads items of a length byte and as many bytes of payload. */
function readItems(chunks: readonly Uint8Array[], window = new ByteWindow()): number[][] {
  const items: number[][] = [];
  for (const chunk of chunks) {
    window.push(chunk);
    for (;;) {
      if (!window.require(1)) {
        break;
      }
      const length = window.bytes[window.position]!;
      if (!window.require(1 + length)) {
        break;
      }
      items.push([...window.bytes.subarray(window.position + 1, window.position + 1 + length)]);
      window.consume(1 + length);
    }
  }
  return items;
}

test('items are the same however the stream is cut', () => {
  const item = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(
      fc.array(item),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (items, sizes) => {
        const stream = Uint8Array.from(items.flatMap((payload) => [payload.length, ...payload]));
        const window = new ByteWindow();
        expect(readItems([...cut(stream, sizes)], window)).toEqual(items.map((payload) => [...payload]));
        expect(window.offset).toBe(stream.length);
        expect(window.available).toBe(0);
      },
    ),
  );
});

test('an item that lies whole in a chunk is read in place', () => {
  const chunk = Uint8Array.of(2, 8, 9);
  const window = new ByteWindow();
  window.push(chunk);
  expect(window.require(3)).toBe(true);
  expect(window.bytes).toBe(chunk);
});

test('empty chunks are harmless', () => {
  const none = new Uint8Array(0);
  expect(readItems([none, Uint8Array.of(2), none, Uint8Array.of(8), none, Uint8Array.of(9, 0)])).toEqual([
    [8, 9],
    [],
  ]);
});

test('the buffer grows with the bytes that have come, not with those that are wanted', () => {
  const window = new ByteWindow();
  window.push(new Uint8Array(1000));
  expect(window.require(2 ** 30)).toBe(false);
  window.push(new Uint8Array(100_000));
  expect(window.require(2 ** 30)).toBe(false);
  expect(window.carryBytes).toBeLessThan(300_000);
});

test('a buffer that a large item needed is given back', () => {
  const window = new ByteWindow();
  const large = 4 * 1024 * 1024;
  window.push(new Uint8Array(10));
  expect(window.require(large)).toBe(false);
  window.push(new Uint8Array(large));
  expect(window.require(large)).toBe(true);
  window.consume(large);
  expect(window.carryBytes).toBeGreaterThanOrEqual(large);
  expect(window.require(11)).toBe(false);
  expect(window.carryBytes).toBeLessThan(large);
});

test('bytes can be passed over across chunks', () => {
  const window = new ByteWindow();
  window.push(Uint8Array.of(1, 2, 3));
  expect(window.skip(5)).toBe(3);
  expect(window.skip(2)).toBe(0);
  window.push(Uint8Array.of(4, 5, 6));
  expect(window.skip(2)).toBe(2);
  expect(window.offset).toBe(5);
  expect(window.bytes[window.position]).toBe(6);
});

test('a chunk that comes too early is a bug of the caller', () => {
  const window = new ByteWindow();
  window.push(Uint8Array.of(1));
  expect(() => window.push(Uint8Array.of(2))).toThrow('before the previous one was read');
});
