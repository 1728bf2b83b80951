import { expect, test } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';

test('an object that nobody has any more is gone afterwards, and the function stays as hidden as it was', async () => {
  // Whoever runs the tests may have exposed it himself.
  const before = 'gc' in globalThis;
  const lost = new WeakRef({ text: 'nobody has this' });
  // A WeakRef keeps its object until the turn has ended.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(lost.deref()).toBeUndefined();
  expect('gc' in globalThis).toBe(before);
});
