import { expect, test } from 'vitest';
import { fuzzApk } from './apk.fuzz.ts';

test('stands damaged files', () => {
  expect(fuzzApk(500, 1).inputs).toBe(500);
});
