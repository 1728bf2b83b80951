import { expect, test } from 'vitest';
import { fuzzUnpacking } from './unpack.fuzz.ts';

test('damaged gzip and zstd is refused, and bombs are', async () => {
  const { inputs, refused } = await fuzzUnpacking(300, 1);
  expect(inputs).toBeGreaterThanOrEqual(300);
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(inputs);
});
