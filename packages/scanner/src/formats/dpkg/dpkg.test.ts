import { expect, test } from 'vitest';
import { fuzzDpkg } from './dpkg.fuzz.ts';

test('stands damaged files', () => {
  expect(fuzzDpkg(500, 1).inputs).toBe(500);
});
