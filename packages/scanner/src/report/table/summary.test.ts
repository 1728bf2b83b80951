import { expect, test } from 'vitest';
import type { Report, Result } from '../../model/index.ts';
import { summaryTable } from './summary.ts';
import { paint } from './text.ts';

const npm: Result = {
  target: 'package-lock.json',
  class: 'lang-pkgs',
  type: 'npm',
  packages: [{ name: 'a' }, { name: 'b' }],
};

function summary(results: readonly Result[], more: Partial<Report> = {}): string {
  const report: Report = {
    version: '1',
    createdAt: new Date(0),
    artifactName: 'here',
    artifactType: 'filesystem',
    metadata: {},
    results,
    ...more,
  };
  return [...summaryTable(report, 120, paint(false))].join('');
}

test('packages are counted, and none vulnerable is a zero', () => {
  expect(summary([npm])).toMatch(/package-lock\.json.*npm.*2.*0/);
});

test('without a database nothing is called clean', () => {
  const text = summary([npm], { withoutDatabase: true });
  expect(text).toMatch(/package-lock\.json.*npm.*2.*\?/);
  expect(text).toContain('lanner db update');
});

test('what was not asked for is not called clean', () => {
  const text = summary([npm], { withoutVulnerabilities: true });
  expect(text).toMatch(/package-lock\.json.*npm.*2.*-/);
  expect(text).not.toMatch(/npm.*2.*0/);
});

test('an artifact in which nothing is found says so', () => {
  expect(summary([])).toContain('no packages');
});
