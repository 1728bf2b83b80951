import fc from 'fast-check';
import { expect, test } from 'vitest';
import { globMatcher } from '../lib/glob.ts';
import { pathTest } from './skipped-paths.ts';

const globs = ['**/.git/**', '**/a/**', '**/*.bin', '**/go.mod', 'opt/*.txt'];
const part = fc.constantFrom('a', 'b', 'ab', '.git', 'opt', 'go.mod', 'x.bin', 'x.txt', '.bin');
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));

test('says of paths in any order what the globs say one by one', () => {
  const matchers = globs.map(globMatcher);
  fc.assert(
    fc.property(fc.array(path, { maxLength: 20 }), (paths) => {
      const isSkipped = pathTest(globs);
      expect(paths.map(isSkipped)).toEqual(paths.map((one) => matchers.some((matches) => matches(one))));
    }),
  );
});
