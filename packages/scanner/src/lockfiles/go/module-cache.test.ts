import { expect, test } from 'vitest';
import { analyzers } from '../../analyzers/registry.gen.ts';
import type { AnalyzerContext } from '../../analyzer.ts';
import { artifactFile, fileTree, plainContext } from '../../testkit/file.ts';
import { moduleCache } from './module-cache.ts';

/** Knows the licence whose name a text is. */
const classifyLicense: NonNullable<AnalyzerContext['classifyLicense']> = (text) =>
  text.startsWith('license ')
    ? text
        .split(' ')
        .slice(1)
        .map((name) => ({ name, confidence: 1, link: '' }))
    : [];

function context(files: Record<string, string>): AnalyzerContext {
  const folders = new Map<string, Set<string>>();
  for (const path of Object.keys(files)) {
    const parts = path.split('/');
    parts.forEach((name, i) => {
      const folder = parts.slice(0, i).join('/');
      folders.set(folder, (folders.get(folder) ?? new Set()).add(name));
    });
  }
  return {
    ...plainContext,
    target: 'filesystem',
    classifyLicense,
    host: {
      env: { GOPATH: '/go' },
      read: (path) => (files[path] === undefined ? null : Buffer.from(files[path])),
      list: (folder) => [...(folders.get(folder) ?? [])].reverse(),
    },
  };
}

const root = '/go/pkg/mod/example.com/!a/b@v1.0.0';
const module = { name: 'example.com/A/b', version: 'v1.0.0' };

test.each([
  ['at the top', { LICENSE: 'license MIT', 'sub/LICENSE': 'license ISC' }, ['MIT']],
  [
    'below the top where the top has none',
    { LICENSE: 'what?', 'sub/deep/COPYING.md': 'license ISC' },
    ['ISC'],
  ],
  [
    'in the first file in the order of paths',
    { 'a/LICENSE': 'license ISC', 'b/LICENSE': 'license MIT' },
    ['ISC'],
  ],
  ['several in one file', { LICENSE: 'license MIT ISC MIT' }, ['ISC', 'MIT']],
  ['not in a readme', { 'README.md': 'license MIT' }, []],
])('a module of the cache has its licence %s', (_where, files, licenses) => {
  const all = Object.fromEntries(Object.entries(files).map(([path, text]) => [`${root}/${path}`, text]));
  expect(moduleCache(context(all))(module)?.licenses).toEqual(licenses);
});

test('a module with more files than are looked at has no licence', () => {
  const many = Object.fromEntries(
    Array.from({ length: 20_001 }, (_one, i) => [`${root}/${String(i).padStart(6, '0')}`, '']),
  );
  expect(moduleCache(context({ ...many, [`${root}/z/LICENSE`]: 'license MIT' }))(module)?.licenses).toEqual(
    [],
  );
});

test('the vendor folder tells what the cache does not', () => {
  const gomod = analyzers.find(({ id }) => id === 'gomod');
  const tree = fileTree([
    artifactFile(
      'go.mod',
      'module m\ngo 1.20\nrequire (\n  example.com/A/b v1.0.0\n  example.com/c v1.0.0\n)\n',
    ),
    artifactFile('vendor/example.com/A/b/LICENSE', 'license ISC'),
    artifactFile('vendor/example.com/c/internal/x/LICENSE', 'license BSD'),
    artifactFile('vendor/example.com/c/z/LICENSE', 'license MIT'),
  ]);
  const found =
    gomod?.scope === 'tree' ? gomod.analyze(tree, context({ [`${root}/LICENSE`]: 'license MIT' })) : null;
  const licenses = found?.applications?.[0]?.packages.map((one) => [one.name, one.licenses ?? []]);
  expect(licenses).toEqual([
    ['m', []],
    ['example.com/A/b', ['MIT']],
    ['example.com/c', ['BSD']],
  ]);
});
