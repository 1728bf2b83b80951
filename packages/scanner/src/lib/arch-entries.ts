import { advisoryOf, type Advisory } from '../db/records.ts';
import type { AdvisoryDatabase } from '../db/advisory-database.ts';
import type { Package } from '../model/index.ts';

/** Records that hold one entry a set of architectures; older databases have no entries. */
export function advisoriesForArch(
  database: AdvisoryDatabase,
  bucket: string,
  name: string,
  { arch = '' }: Package,
): Advisory[] {
  return database.advisories(bucket, name).flatMap((advisory) => {
    const { entries = [], vulnerabilityId, dataSource } = advisory;
    return entries.length === 0
      ? [advisory]
      : entries
          .map((entry) => advisoryOf(vulnerabilityId, entry, dataSource))
          .filter(({ arches = [] }) => arches.includes(arch));
  });
}
