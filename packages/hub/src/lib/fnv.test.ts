import { expect, test } from 'vitest';
import { fnv1a128 } from './fnv.ts';

test.each([
  ['', '6c62272e07bb014262b821756295c58d'],
  ['a', 'd228cb696f1a8caf78912b704e4a8964'],
  ['my-ns:my-pod-name', '087e7ab4196a3c4801e3c23bc1406163'],
  ['42', '088094c785ab1be95aa073305569c06b'],
  ['localhost', 'b96c8fbfe005d268653aef8210412f0a'],
])('%j', (text, hash) => {
  expect(fnv1a128(text)).toBe(hash);
});
