import { expect, test } from 'vitest';
import { optionForms } from './help.ts';

test('an option is written with its forms and what it takes; a single letter has no long form', () => {
  expect(optionForms('rules', { type: 'string', short: 'r', value: 'FILE', doc: '' })).toBe(
    '-r, --rules FILE',
  );
  expect(optionForms('c', { type: 'string', short: 'c', value: 'FILE', doc: '' })).toBe('-c FILE');
  expect(optionForms('name', { type: 'string', doc: '' })).toBe('--name VALUE');
  expect(optionForms('json', { type: 'boolean', doc: '' })).toBe('--json');
});
