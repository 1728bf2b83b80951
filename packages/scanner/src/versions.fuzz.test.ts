import { expect, test } from 'vitest';
import { fuzzVersions } from './versions.fuzz.ts';

test('versions and constraints of all schemes stand any text', () => {
  const { inputs } = fuzzVersions(2000, 1);
  expect(inputs).toBeGreaterThanOrEqual(2000);
});
