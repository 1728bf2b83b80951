import { describe, expect, test } from 'vitest';
import { artifactFile } from '../packages/scanner/src/testkit/file.ts';
import { analyze } from './lib/trivy-analyze.ts';
import { trivyCasesArePresent } from './lib/trivy-cases.ts';
import { comparable, contributionOf } from './lib/trivy-model.ts';
import { resolvedRows } from './lib/trivy-rows.ts';

const os = 'trivy/pkg/fanal/analyzer/os';

describe.skipIf(!trivyCasesArePresent)('releases of operating systems (needs ../shared)', () => {
  test.each(
    resolvedRows('os-analyzers', `${os}/alpine`, 'alpine_test.go::TestAlpineReleaseOSAnalyzer_Required').map(
      (row) => [row['name'] as string, row] as const,
    ),
  )('alpine: %s', (_name, row) => {
    const { Content: content } = row['input'] as { Content: Buffer };
    const found = analyze('alpine', [artifactFile('etc/alpine-release', content)]);
    expect(comparable(found)).toEqual(comparable(contributionOf(row['wantResult'])));
  });
});
