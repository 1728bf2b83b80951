import { expect, test } from 'vitest';
import { titleText } from './page-title.ts';

test('a title says what is looked at, in which view, and of which program', () => {
  expect(titleText('', 'Events')).toBe('Events · Lanner');
  expect(titleText('CVE-2026-1', 'Vulnerabilities')).toBe('CVE-2026-1 · Vulnerabilities · Lanner');
  expect(titleText('', '')).toBe('Lanner');
});

test('what is long is cut between characters', () => {
  const title = titleText(`${'x'.repeat(79)}😀tail`, 'Events');
  expect(title.startsWith('x'.repeat(79))).toBe(true);
  expect(title.endsWith('… · Events · Lanner')).toBe(true);
  expect(title.isWellFormed()).toBe(true);
});
