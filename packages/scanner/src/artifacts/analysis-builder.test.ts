import { expect, test } from 'vitest';
import { AnalysisBuilder } from './analysis-builder.ts';

test.each([
  ['npm', 'npm'],
  ['conan', 'conan-lock'],
  ['bitnami', 'sbom'],
])('packages that %s found are by %s, as reports and identifiers say', (analyzer, name) => {
  const builder = new AnalysisBuilder();
  const packages = [{ name: 'a', version: '1' }];
  builder.add({ applications: [{ type: 'x', filePath: 'a', packages }] }, 'a', analyzer);
  expect(builder.build().applications[0]?.packages[0]?.analyzedBy).toBe(name);
});
