import { expect, test } from 'vitest';
import { parseServedRules } from './served-rules.ts';

const sound = {
  revision: 'r1',
  own: '- rule: a',
  exceptions: [{ rule: 'a', text: 't' }],
  switches: [],
};

test('takes a set, and leaves out what it does not know', () => {
  expect(parseServedRules({ ...sound, later: 1 })).toEqual(sound);
});

test.each([
  ['nothing', null],
  ['no object', 'x'],
  ['a long revision', { ...sound, revision: 'x'.repeat(65) }],
  ['no own rules', { ...sound, own: null }],
  ['an item without a text', { ...sound, switches: [{ rule: 'a' }] }],
  ['an empty item', { ...sound, exceptions: [null] }],
  ['no list', { ...sound, exceptions: {} }],
])('refuses %s', (_what, value) => {
  expect(() => parseServedRules(value)).toThrow('not understood');
});
