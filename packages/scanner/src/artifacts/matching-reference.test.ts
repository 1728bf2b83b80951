import { expect, test } from 'vitest';
import { matchingReference } from './matching-reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

test.each([
  ['debian', ['debian:11', 'debian:latest'], 'debian:latest'],
  [
    `shop.example/cart:1@${digest}`,
    ['shop.example/cart:1', `shop.example/cart@${digest}`],
    `shop.example/cart@${digest}`,
  ],
  ['other', ['debian:11', 'debian:12'], 'debian:11'],
  ['image.tar', ['image.tar', 'debian:12'], 'image.tar'],
  ['/tmp/Layout:base', ['Not A Reference', 'debian:12'], 'debian:12'],
])('%s is called by %j', (name, references, wanted) => {
  expect(matchingReference(name, references)?.text).toBe(wanted);
});

test('the place is written in full, without the tag', () => {
  expect(matchingReference('', ['debian:12'])?.place).toBe('index.docker.io/library/debian');
  expect(matchingReference('', ['localhost:5000/a/b:1'])?.place).toBe('localhost:5000/a/b');
});

test('an archive without tags has none', () => {
  expect(matchingReference('image.tar', [])).toBeNull();
});
