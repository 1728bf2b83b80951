import { expect, test } from 'vitest';
import { placeUrl } from './place-url.ts';

test('addresses of version 6 stand in brackets', () => {
  expect(placeUrl('http', '127.0.0.1', 2802)).toBe('http://127.0.0.1:2802');
  expect(placeUrl('https', '::', 2803)).toBe('https://[::]:2803');
});
