import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

test('nobody takes more than a share, all together no more than there is', () => {
  const slots = new Slots(3, 2);
  const ends = [slots.take('a'), slots.take('a')];
  expect(slots.take('a')).toBeNull();
  expect(slots.take('b')).not.toBeNull();
  expect(slots.take('c')).toBeNull();
  ends.forEach((end) => end?.());
  expect(slots.take('a')).not.toBeNull();
  expect(slots.take('c')).not.toBeNull();
  expect(slots.take('d')).toBeNull();
});
