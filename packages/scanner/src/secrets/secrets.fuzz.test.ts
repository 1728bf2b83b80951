import { expect, test } from 'vitest';
import { fuzzSecrets } from './secrets.fuzz.ts';

test('the search for secrets stands damaged texts in small chunks', () => {
  const { inputs } = fuzzSecrets(200, 1);
  expect(inputs).toBeGreaterThanOrEqual(200);
});
