import { expect, test } from 'vitest';
import { testEnvironment } from '../testkit/environment.ts';
import { localScanner } from './local-scanner.ts';

test.each(['0', '-1', 'x', '72.5', 'Infinity'])('--scan-hours %s is refused', (hours) => {
  const findings = { record: () => Promise.resolve(null) };
  expect(() => localScanner(findings, { 'scan-hours': hours }, testEnvironment())).toThrow(
    'is no number of hours up to 72',
  );
  expect(() => localScanner(findings, { 'scan-hours': '72' }, testEnvironment())).not.toThrow();
});
