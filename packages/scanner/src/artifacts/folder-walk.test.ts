import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyzeFolder } from './folder-walk.ts';
import type { LayerResult } from './layer-analyzer.ts';
import { defaultLimits } from './limits.ts';
import { Scratch } from './scratch.ts';
import { planOf, readingAnalyzer } from './testkit/plan.ts';
import { temporaryFolder } from './testkit/temporary.ts';

function walk(
  root: string,
  skipped = { folders: ['**/.git', 'proc'], files: [] as string[] },
  plan = planOf(readingAnalyzer(/./)),
): Promise<LayerResult> {
  return analyzeFolder(root, {
    plan,
    scratch: new Scratch(temporaryFolder(), 1e9),
    limits: defaultLimits,
    skipped,
  });
}

test('reads the files below a folder, without following links', async () => {
  const root = temporaryFolder();
  mkdirSync(join(root, 'a/.git'), { recursive: true });
  mkdirSync(join(root, 'proc'));
  for (const path of ['a/one', 'a/.git/config', 'proc/1', 'two']) {
    writeFileSync(join(root, path), path);
  }
  symlinkSync('/etc/passwd', join(root, 'link'));
  symlinkSync(root, join(root, 'a/loop'));
  const result = await walk(root);
  expect(result.analysis.customResources.map(({ filePath, data }) => [filePath, data])).toEqual([
    ['a/one', 'a/one'],
    ['two', 'two'],
  ]);
  expect(result.problems).toEqual([]);
});

test('takes one file as a tree of its own', async () => {
  const root = temporaryFolder();
  writeFileSync(join(root, 'Cargo.lock'), 'x');
  const { analysis } = await walk(join(root, 'Cargo.lock'));
  expect(analysis.customResources[0]?.filePath).toBe('Cargo.lock');
});

test('a root that is absent is an error', async () => {
  await expect(walk(join(temporaryFolder(), 'absent'))).rejects.toThrow(
    'cannot be read: there is no such file or folder',
  );
});

const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot)(
  `names what it may not read${isRoot ? ' (skipped: root may read all)' : ''}`,
  async () => {
    const root = temporaryFolder();
    writeFileSync(join(root, 'closed'), 'x');
    chmodSync(join(root, 'closed'), 0);
    expect((await walk(root)).problems[0]).toMatchObject({ path: 'closed', code: 'file.read' });
  },
);

test('names what has gone since its folder was read, and goes on', async () => {
  const root = temporaryFolder();
  for (const name of ['a', 'gone', 'z']) {
    writeFileSync(join(root, name), name);
  }
  const removing = readingAnalyzer(/./);
  const plan = planOf({
    ...removing,
    wants: ({ path }) => {
      rmSync(join(root, 'gone'), { force: true });
      return path !== '';
    },
  });
  const { analysis, problems } = await walk(root, undefined, plan);
  expect(analysis.customResources.map(({ filePath }) => filePath)).toEqual(['a', 'z']);
  expect(problems).toEqual([
    {
      path: 'gone',
      code: 'file.read',
      message: `${join(root, 'gone')} cannot be read: there is no such file or folder`,
    },
  ]);
});
