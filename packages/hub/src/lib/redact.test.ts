import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactor, urlSecrets } from './redact.ts';

test('no form of a secret is left, whatever surrounds it', () => {
  const secret = 'p@ss "word"/1';
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...forms), fc.string(), (before, form, after) => {
      const told = redactor([secret])(`${before}${form}${after}`);
      return forms.every((other) => !told.includes(other));
    }),
  );
});

test('a text of others becomes one line that is not too long', () => {
  const told = redactor([])(`a\r\n\u001b[31mb\u2028c ${'x'.repeat(1000)}`);
  expect(told).toMatch(/^a \[31mb c x+…$/);
  expect(told).toHaveLength(301);
});

test('what is secret in an address', () => {
  const url = new URL('https://us%40er:pa%3Ass@h.test/api/T0000AAAA/long-token%20x?key=v');
  expect(urlSecrets(url)).toEqual(['us@er', 'pa:ss', 'v', 'T0000AAAA', 'long-token x']);
});
