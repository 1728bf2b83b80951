import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Analyzer, AnalyzerContext, ArtifactFile } from './analyzer.ts';
import { analyzers } from './analyzers/registry.gen.ts';
import type { Contribution } from './model/index.ts';
import { readArchive } from './testkit/archive.ts';
import { artifactFile, fileTree, plainContext } from './testkit/file.ts';

const folder = new URL('./analyzers/', import.meta.url);
const archives = readdirSync(folder).filter((name) => name.endsWith('.txt'));

// Holds for every analyzer, also for those that will be written later.
describe.each(analyzers.map((analyzer) => [analyzer.id, analyzer] as const))('%s', (id, analyzer) => {
  const own = archives.filter((name) => name.startsWith(`${id}.`));

  test('has at least one golden archive', () => {
    expect(own).not.toEqual([]);
  });

  test.each(own)('%s', (name) => {
    const archive = readArchive(readFileSync(new URL(name, folder), 'utf8'));
    const context = contextOf(analyzer, archive.get('options.json'));
    const wanted = [...archive]
      .filter(([path]) => path !== 'want.json' && path !== 'options.json')
      .map(([path, content]) => artifactFile(path, content, path.includes('bin/') ? 0o755 : 0o644))
      .filter((file) => analyzer.wants(file, context));
    expect(wanted).not.toEqual([]);
    const want: unknown = JSON.parse(archive.get('want.json')?.toString() ?? '');
    expect(run(analyzer, wanted, context)).toEqual(want);
  });

  test('answers noise with a result or an AppError, never with a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          run(analyzer, [artifactFile('noise', bytes)]);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('wants a file at each path that it names, if it names some, and nothing else', () => {
    const paths = [...(analyzer.paths ?? [])];
    const wanted = [...paths, 'noise'].filter((path) => analyzer.wants(artifactFile(path, ''), plainContext));
    expect(analyzer.paths === undefined ? [] : wanted).toEqual(paths);
  });

  test('says what it is', () => {
    expect(analyzer.doc).toMatch(/^[A-Z].*\.$/);
    expect(analyzer.targets.length).toBeGreaterThan(0);
    expect(analyzer.scanners.length).toBeGreaterThan(0);
  });
});

test('ids are unique and equal the file names', () => {
  const files = readdirSync(folder).filter((name) => /^[a-z0-9-]+\.ts$/.test(name));
  expect(analyzers.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

/** What users ask for usually; `options.json` of an archive is laid over it. */
function contextOf(analyzer: Analyzer, options?: Buffer): AnalyzerContext {
  const asked = options === undefined ? {} : (JSON.parse(options.toString()) as Partial<AnalyzerContext>);
  return { ...plainContext, target: analyzer.targets[0] ?? 'image', ...asked };
}

/** One contribution for a tree analyzer; a list of those of each file otherwise, or the only one. */
function run(
  analyzer: Analyzer,
  files: readonly ArtifactFile[],
  context = contextOf(analyzer),
): Contribution | null | readonly (Contribution | null)[] {
  if (analyzer.scope === 'tree') {
    return analyzer.analyze(fileTree(files), context);
  }
  const found = files.map((file) => analyzer.analyze(file, context));
  return found.length === 1 ? (found[0] ?? null) : found;
}
