import { expect, test } from 'vitest';
import { scanProgressText } from './scan-progress.ts';

test('what is scanned, and as much as is known of how far it is', () => {
  expect(scanProgressText({ what: 'web:1', step: '', share: null, files: 0 })).toBe('web:1');
  expect(scanProgressText({ what: 'this host', step: 'secrets', share: null, files: 12_345 })).toBe(
    'this host: secrets · 12,345 files',
  );
  expect(scanProgressText({ what: 'this host', step: 'packages', share: 0.999, files: 5 })).toBe(
    'this host: packages · 99 % · 5 files',
  );
});
