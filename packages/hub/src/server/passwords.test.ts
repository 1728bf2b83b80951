import { expect, test } from 'vitest';
import { Passwords } from './passwords.ts';

const passwords = new Passwords({ N: 16, r: 1, p: 1 });

test('a password opens its own hash, however its letters are composed', async () => {
  const hash = await passwords.hash('über-alle-Berge');
  expect(hash).toMatch(/^scrypt\$16\$1\$1\$/);
  expect(await passwords.check('u\u0308ber-alle-Berge', hash)).toBe(true);
  expect(await passwords.check('uber-alle-Berge', hash)).toBe(false);
});

test('two hashes of a password differ', async () => {
  expect(await passwords.hash('the same words')).not.toBe(await passwords.hash('the same words'));
});

test('hashes with another cost than today go on working', async () => {
  const older = await new Passwords({ N: 32, r: 2, p: 1 }).hash('the same words');
  expect(await passwords.check('the same words', older)).toBe(true);
});

test('neither nobody nor a damaged hash is opened by anything', async () => {
  for (const hash of [null, '', 'scrypt$16$1$1$$', 'scrypt$16$1$1$AAAA$AAAA', 'plain']) {
    expect(await passwords.check('', hash)).toBe(false);
  }
});

test('more than sixteen at a time are turned away, and the rest are served', async () => {
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.hash('the same words')));
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
  await expect(passwords.hash('the same words')).resolves.toMatch(/^scrypt/);
});
