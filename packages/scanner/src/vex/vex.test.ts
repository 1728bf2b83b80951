import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import type { Package, Report, Vulnerability } from '../model/index.ts';
import { sampleReport } from '../testkit/report.ts';
import { filterByVex } from './filter.ts';
import { readVex } from './read.ts';
import { vexRepositories } from './repositories.ts';

const leaf: Package = { id: 'leaf@1', name: 'leaf', version: '1', identifier: { purl: 'pkg:npm/leaf@1' } };

function parent(name: string): Package {
  const purl = `pkg:npm/${name}@1`;
  return { id: `${name}@1`, name, version: '1', dependsOn: ['leaf@1'], identifier: { purl } };
}

const found: Vulnerability = {
  vulnerabilityId: 'CVE-1',
  pkgId: 'leaf@1',
  pkgName: 'leaf',
  installedVersion: '1',
};

function report(...packages: Package[]): Report {
  return {
    ...sampleReport,
    results: [{ target: 'x.lock', class: 'lang-pkgs', type: 'npm', packages, vulnerabilities: [found] }],
  };
}

interface Statement {
  readonly product: string;
  readonly part?: string;
  readonly status: string;
  readonly timestamp?: string;
}

function openVex(...statements: Statement[]): ReturnType<typeof readVex> {
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    timestamp: '2026-01-01T00:00:00Z',
    statements: statements.map(({ product, part, ...rest }) => ({
      vulnerability: { name: 'CVE-1' },
      products: [{ '@id': product, ...(part === undefined ? {} : { subcomponents: [{ '@id': part }] }) }],
      ...rest,
    })),
  };
  return readVex(Buffer.from(JSON.stringify(document)), 'vex.json', sampleReport);
}

function left(input: Report, ...documents: ReturnType<typeof openVex>[]): number {
  return filterByVex(input, documents).results[0]?.vulnerabilities?.length ?? 0;
}

const not = 'not_affected';

test('a statement on the package itself suppresses the finding, and keeps why', () => {
  const vex = openVex({ product: 'pkg:npm/leaf', status: not });
  const [result] = filterByVex(report(leaf), [vex]).results;
  expect(result?.vulnerabilities).toEqual([]);
  expect(result?.suppressed).toEqual([
    { type: 'vulnerability', status: not, source: 'vex.json', finding: found },
  ]);
});

test('a statement on what needs the package must cover every way to it', () => {
  const one = openVex({ product: 'pkg:npm/a@1', part: 'pkg:npm/leaf', status: not });
  expect(left(report(parent('a'), leaf), one)).toBe(0);
  expect(left(report(parent('a'), parent('b'), leaf), one)).toBe(1);
  const other = openVex({ product: 'pkg:npm/b@1', part: 'pkg:npm/leaf', status: 'fixed' });
  expect(left(report(parent('a'), parent('b'), leaf), one, other)).toBe(0);
});

test('the latest statement decides', () => {
  const vex = openVex(
    { product: 'pkg:npm/leaf', status: 'affected', timestamp: '2026-03-01T00:00:00Z' },
    { product: 'pkg:npm/leaf', status: not, timestamp: '2026-02-01T00:00:00Z' },
  );
  expect(left(report(leaf), vex)).toBe(1);
});

test('a statement on another version says nothing', () => {
  expect(left(report(leaf), openVex({ product: 'pkg:npm/leaf@2', status: not }))).toBe(1);
});

test.each(['', '[]', '{}', '{"bomFormat":"CycloneDX"}'])('%j is no VEX document for an image', (text) => {
  expect(() => readVex(Buffer.from(text), 'x', sampleReport)).toThrow(AppError);
});

test('the first repository that knows a package decides, and none reads outside of its folder', () => {
  const files: Readonly<Record<string, string>> = {
    'one/0.1/index.json': '{"packages":[{"id":"pkg:npm/leaf","location":"../../secret.json"}]}',
    'two/0.1/index.json': '{"packages":[{"id":"pkg:npm/leaf","location":"leaf.json"}]}',
    'two/0.1/leaf.json': JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      statements: [{ vulnerability: 'CVE-1', products: ['pkg:npm/leaf'], status: not }],
    }),
  };
  const asked: string[] = [];
  const document = vexRepositories({
    config: ['one', 'two', 'off']
      .map((name) => `  - { name: ${name}, url: u, enabled: ${name !== 'off'} }`)
      .join('\n')
      .replace(/^/, 'repositories:\n'),
    readFile(path) {
      asked.push(path);
      const text = files[path];
      return text === undefined ? null : Buffer.from(text);
    },
  });
  expect(left(report(leaf), document)).toBe(0);
  expect(asked).toEqual(['one/0.1/index.json', 'two/0.1/index.json', 'two/0.1/leaf.json']);
  expect(() => vexRepositories({ config: 'repositories: [{ name: ../x }]', readFile: () => null })).toThrow(
    AppError,
  );
});
