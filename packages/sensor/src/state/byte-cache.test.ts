import { EventView } from '@lanner/engine';
import { testState } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteCache } from './byte-cache.ts';

function viewOf(bytes: Uint8Array): EventView {
  const event = new EventView(testState());
  event.bytes = bytes;
  event.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return event;
}

function textCache(sets: number, maxKeyBytes = 16): ByteCache<{ text: string }> {
  return new ByteCache({
    sets,
    maxKeyBytes,
    decode: (event, start, end) => ({ text: event.decode(start, end) }),
  });
}

test('the value is what the bytes say, whatever came before', () => {
  const keys = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 200 });
  fc.assert(
    fc.property(keys, (list) => {
      const cache = textCache(2);
      for (const bytes of list) {
        const event = viewOf(bytes);
        expect(cache.get(event, 0, bytes.length).text).toBe(event.decode(0, bytes.length));
      }
    }),
  );
});

test('the same bytes give the same value, wherever they lie', () => {
  const cache = textCache(64);
  const event = viewOf(Uint8Array.from([9, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]));
  expect(cache.get(event, 1, 6)).toBe(cache.get(event, 6, 11));
  expect(cache.get(event, 1, 6)).not.toBe(cache.get(event, 1, 5));
});

test('it never holds more than four entries a set, and counts what goes', () => {
  const cache = textCache(2);
  for (let i = 0; i < 1000; i++) {
    cache.get(viewOf(Uint8Array.of(i & 255, i >> 8)), 0, 2);
  }
  expect(cache.size).toBe(8);
  expect(cache.evictions).toBe(1000 - 8);
});

test('a key that is too long is decoded each time', () => {
  const cache = textCache(2, 4);
  const event = viewOf(Uint8Array.of(1, 2, 3, 4, 5));
  expect(cache.get(event, 0, 5)).not.toBe(cache.get(event, 0, 5));
  expect(cache.size).toBe(0);
});
