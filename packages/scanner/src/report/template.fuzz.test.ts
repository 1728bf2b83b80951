import { expect, test } from 'vitest';
import { fuzzTemplates } from './template.fuzz.ts';

test('damaged templates of reports are refused or give a text', () => {
  const { inputs, refused } = fuzzTemplates(1000, 1);
  expect(inputs).toBe(1000);
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(inputs);
});
