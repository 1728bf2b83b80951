import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testkit/temporary.ts';
import { sharedCompileCache } from './compile-cache.ts';

test.each([
  ['/tmp/node-compile-cache/v24.20.0-x64-1-0', '24.20.0', '/tmp/node-compile-cache'],
  ['/cache/v26.1.0-x64-1-0', '26.1.0', '/cache'],
  ['/cache/v24.19.0-x64-1-0', '24.19.0', null],
  [undefined, '26.1.0', null],
])('the cache %s of Node %s is given as %s', (current, version, folder) => {
  expect(sharedCompileCache(current, version)).toEqual(
    folder === null ? null : { folder, env: { NODE_COMPILE_CACHE: folder } },
  );
});

test('a child keeps what it compiled and can write there no more, in no thread, but where else it may', () => {
  const folder = temporaryFolder();
  const [cache, own] = [join(folder, 'cache'), join(folder, 'own')];
  mkdirSync(cache);
  mkdirSync(own);
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import { isMainThread, Worker } from 'node:worker_threads';
import { writeFileSync } from 'node:fs';
import { giveUpCompileCache } from ${JSON.stringify(join(import.meta.dirname, 'compile-cache.ts'))};
giveUpCompileCache();
const tell = (where) => {
  try {
    writeFileSync(where + '/' + isMainThread, '');
    console.log(isMainThread, 'wrote');
  } catch ({ code }) {
    console.log(isMainThread, code);
  }
};
tell(${JSON.stringify(cache)});
tell(${JSON.stringify(own)});
if (isMainThread) {
  new Worker(new URL(import.meta.url));
}
`,
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...['--permission', '--allow-fs-read=*', `--allow-fs-write=${own}`, `--allow-fs-write=${cache}`],
      ...['--allow-worker', '--disable-warning=SecurityWarning', program],
    ],
    { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: cache } },
  );
  expect({ stdout: stdout.split('\n'), stderr }).toEqual({
    stdout: ['true ERR_ACCESS_DENIED', 'true wrote', 'false ERR_ACCESS_DENIED', 'false wrote', ''],
    stderr: '',
  });
  expect(readdirSync(cache, { recursive: true }).length).toBeGreaterThan(1);
}, 60_000);
