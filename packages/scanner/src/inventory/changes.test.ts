import { expect, test } from 'vitest';
import type { Vulnerability } from '../model/index.ts';
import { changesBetween } from './changes.ts';
import type { MatchedPart } from './match-inventory.ts';

const artifact = { artifactId: 'sha256:1', name: 'app:1' };

function found(...ids: string[]): MatchedPart[] {
  const vulnerabilities = ids.map((vulnerabilityId): Vulnerability => ({
    vulnerabilityId,
    pkgName: 'a',
    installedVersion: '1',
    severity: 'UNKNOWN',
  }));
  return [{ type: 'os', filePath: '', vulnerabilities }];
}

test('tells what came and what went', () => {
  expect(changesBetween(artifact, found('CVE-1', 'CVE-2'), found('CVE-2', 'CVE-3'))).toEqual({
    ...artifact,
    added: [{ vulnerabilityId: 'CVE-3', pkgName: 'a', installedVersion: '1' }],
    gone: [{ vulnerabilityId: 'CVE-1', pkgName: 'a', installedVersion: '1' }],
  });
});

test('is null where ids and packages are the same', () => {
  expect(changesBetween(artifact, found('CVE-1'), [...found('CVE-1'), ...found('CVE-1')])).toBeNull();
});
