import { expect, test } from 'vitest';
import type { Vulnerability } from '../../model/index.ts';
import { paint } from './text.ts';
import { vulnerabilityTable } from './vulnerabilities.ts';

const found: Vulnerability = {
  vulnerabilityId: 'CVE-2026-0001',
  pkgName: 'left',
  installedVersion: '1.0.0',
  fixedVersion: '1.0.1',
  severity: 'LOW',
};

function table(vulnerabilities: readonly Vulnerability[], columns: number): string {
  const result = { target: 'package-lock.json', class: 'lang-pkgs', type: 'npm', vulnerabilities } as const;
  return [...vulnerabilityTable(result, columns, paint(false))].join('');
}

const exploited: Vulnerability = {
  ...found,
  threat: { epss: 0.9312, exploitedSince: '2026-01-02', ransomware: true },
};

test.each([80, 160])('%i columns show what is known of exploits', (columns) => {
  const text = table([exploited, { ...found, vulnerabilityId: 'CVE-2026-0002' }], columns);
  expect(text).toContain('Known to be exploited: 1');
  expect(text.replaceAll(/[│\s]+/g, ' ')).toMatch(/since 2026-01-02.*\(ransomware\), .*EPSS 93\.1%/);
});

test.each([80, 160])('%i columns have no place for exploits where nothing is known', (columns) => {
  expect(table([found], columns)).not.toMatch(/exploited/i);
});
