import { expect, test } from 'vitest';
import { percentDecoded } from './percent-decoded.ts';

test.each([
  ['p%40ss', 'p@ss'],
  ['100%', '100%'],
  ['%zz%41', '%zz%41'],
  ['', ''],
])('%s is %s', (part, decoded) => {
  expect(percentDecoded(part)).toBe(decoded);
});
