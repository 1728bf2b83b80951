import { silentLog } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BucketDatabase } from './db/advisory-database.ts';
import { distributions } from './distributions/registry.gen.ts';
import { calendarAt } from './match/index.ts';
import type { Package } from './model/index.ts';
import { fixtureStoreOf } from './testkit/bolt-fixtures.ts';

const calendar = calendarAt(new Date('2026-01-01T00:00:00Z'));
// Products of Red Hat's default content sets, so that its packages can be matched.
const database = new BucketDatabase(
  fixtureStoreOf([
    '[{bucket: Red Hat CPE, pairs: [{bucket: repository, pairs: [{key: rhel-8-for-x86_64-baseos-rpms, value: [1]}]}]}]',
  ]),
);
const text = fc.string({ maxLength: 12 });
const anyPackage: fc.Arbitrary<Package> = fc.record(
  {
    name: text,
    version: text,
    release: text,
    arch: text,
    srcName: text,
    srcVersion: text,
    modularityLabel: text,
  },
  { requiredKeys: ['name'] },
);

// Holds for every distribution, also for those that will be written later.
describe.each(distributions.map((distribution) => [distribution.id, distribution] as const))(
  '%s',
  (_id, distribution) => {
    test('says whom it is for', () => {
      expect(distribution.families.length).toBeGreaterThan(0);
      expect(distribution.doc).toMatch(/^[A-Za-z].*\.$/);
    });

    test('finds nothing where there are no advisories, whatever the packages say', () => {
      const [family = ''] = distribution.families;
      fc.assert(
        fc.property(fc.array(anyPackage, { maxLength: 3 }), (packages) => {
          const input = { family, release: '8', packages, database, calendar, log: silentLog };
          expect(distribution.detect({ ...input, detectBase: () => [] })).toEqual([]);
          distribution.supplies?.({ family }, packages);
        }),
      );
    });

    test('takes releases as they come', () => {
      fc.assert(
        fc.property(text, (release) => {
          const [family = ''] = distribution.families;
          const lifetime = distribution.lifetime(family, release, calendar);
          expect(lifetime === null || typeof lifetime.release === 'string').toBe(true);
        }),
      );
    });
  },
);

test('each family has one distribution, and ids are unique', () => {
  const families = distributions.flatMap(({ families, supplies }) =>
    supplies === undefined ? families : [],
  );
  expect(new Set(families).size).toBe(families.length);
  expect(new Set(distributions.map(({ id }) => id)).size).toBe(distributions.length);
});
