import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPlace } from './own-place.ts';

test.each([
  ['/', '/'],
  ['/events?rule=A+b&q=%22x%22&from=24h', '/events?rule=A+b&q=%22x%22&from=24h'],
  ['/vulnerabilities?severity=HIGH#row', '/vulnerabilities?severity=HIGH#row'],
  ['/events?next=https://elsewhere.test', '/events?next=https://elsewhere.test'],
  ['/a/../events', '/events'],
])('%j is on the page', (text, place) => {
  expect(ownPlace(text)).toBe(place);
});

test.each([
  '',
  'events',
  '//elsewhere.test',
  '/\\elsewhere.test',
  '\\\\elsewhere.test',
  '/\t/elsewhere.test',
  '/\n/elsewhere.test',
  'https://elsewhere.test/',
  'https:elsewhere.test',
  'javascript:alert(1)',
  '/.//elsewhere.test',
  '/a/..//elsewhere.test',
  '/%2e//elsewhere.test',
  '/api/v1/session',
  '/auth/oidc/start',
  '/sign-in?problem=role',
  '/setup',
  `/${'a'.repeat(2000)}`,
])('%j is not', (text) => {
  expect(ownPlace(text)).toBeNull();
});

test('whatever is given, a browser stays here', () => {
  const piece = fc.constantFrom(
    '/',
    '\\',
    '..',
    '.',
    '%2e',
    '\t',
    ':',
    '@',
    'a.test',
    'https',
    '?',
    '#',
    '[',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(piece).map((parts) => `/${parts.join('')}`),
        fc.string(),
      ),
      (text) => {
        const place = ownPlace(text);
        return place === null || new URL(place, 'https://lanner.test').origin === 'https://lanner.test';
      },
    ),
  );
});
