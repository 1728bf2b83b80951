import { join } from 'node:path';
import { BoltDatabase } from '@lanner/runtimes';
import { describe, expect, test } from 'vitest';
import { treeOf } from '../packages/runtimes/src/bbolt/testkit/content.ts';
import { trivyCasesArePresent, trivyFixtures } from './lib/trivy-cases.ts';

/** Files that bbolt itself wrote, and the buckets of each. */
const files: readonly (readonly [string, readonly string[]])[] = [
  ['trivy-db_pkg_db_testdata_normal.db', []],
  ['trivy_pkg_rpc_server_testdata_newdb_trivy.db', ['trivy']],
  ['trivy_pkg_cache_testdata_fanal.db', ['artifact', 'blob']],
  ['trivy_pkg_cache_testdata_broken-image.db', ['artifact', 'blob']],
  ['trivy_pkg_cache_testdata_broken-layer.db', ['blob', 'decompressed']],
  ['trivy_pkg_cache_testdata_different-image-schema.db', ['artifact', 'blob']],
];

describe.skipIf(!trivyCasesArePresent)('bbolt files (needs ../shared)', () => {
  test.each(files)('%s', (name, buckets) => {
    const database = BoltDatabase.open(join(trivyFixtures(), 'bbolt', name));
    const tree = treeOf(database.root);
    expect(Object.keys(tree)).toEqual(expect.arrayContaining([...buckets]));
    database.close();
  });

  test('an inline bucket of a real file', () => {
    const database = BoltDatabase.open(
      join(trivyFixtures(), 'bbolt', 'trivy_pkg_rpc_server_testdata_newdb_trivy.db'),
    );
    const metadata = database.root.path('trivy', 'metadata')?.get('data')?.toString() ?? '';
    expect(JSON.parse(metadata)).toMatchObject({ Version: 1 });
    database.close();
  });
});
