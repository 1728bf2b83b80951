import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import { BucketDatabase } from '../packages/scanner/src/db/advisory-database.ts';
import { boltStore } from '../packages/scanner/src/db/bucket-store.ts';
import { advisoryUpdates, needsUpdate, schemaVersion } from '../packages/scanner/src/db/metadata.ts';
import { advisoryOf } from '../packages/scanner/src/db/records.ts';
import { enrich } from '../packages/scanner/src/match/enrich.ts';
import { fixtureStore } from '../packages/scanner/src/testkit/bolt-fixtures.ts';
import { compact, type GoObject, goText, goVulnerability, isGoObject } from './lib/go-values.ts';
import { trivyCasesArePresent, trivyFixtures, trivyRows } from './lib/trivy-cases.ts';

function store(folder: string, row: GoObject): BucketDatabase {
  const paths = (row['fixtures'] as string[]).map((path) => join(trivyFixtures(), folder, path));
  return new BucketDatabase(fixtureStore(paths));
}

function named(row: GoObject): readonly [string, GoObject] {
  return [String(row['name']), row];
}

const dbFolder = 'trivy-db-testdata/pkg/db';

describe.skipIf(!trivyCasesArePresent)('reading advisories (needs ../shared)', () => {
  function advisories(row: GoObject): unknown[] {
    const { source, pkgName } = row['args'] as Record<string, string>;
    const database = store(dbFolder, row);
    return source!.includes('::')
      ? database.advisoriesByPrefix(source!, pkgName!)
      : database.advisories(source!, pkgName!);
  }

  test.each(trivyRows<GoObject>('trivy-db', 'trivy-db/pkg/db', 'TestConfig_ForEachAdvisory').map(named))(
    'ForEachAdvisory %s',
    (_name, row) => {
      const wanted = Object.entries((row['want'] ?? {}) as Record<string, GoObject>);
      expect(advisories(row)).toEqual(wanted.map(([id, value]) => ({ ...advisoryOf(id, value, undefined) })));
    },
  );

  test.each(trivyRows<GoObject>('trivy-db', 'trivy-db/pkg/db', 'TestConfig_GetAdvisories').map(named))(
    'GetAdvisories %s',
    (_name, row) => {
      const wanted = (row['want'] ?? []) as GoObject[];
      if (row['wantErr'] !== undefined) {
        expect(() => advisories(row)).toThrow();
        return;
      }
      const found = advisories(row) as { vulnerabilityId: string }[];
      expect(found.toSorted((a, b) => (a.vulnerabilityId < b.vulnerabilityId ? -1 : 1))).toEqual(
        wanted.map((value) => {
          const { dataSource } = goVulnerability(value);
          return advisoryOf(goText(value['VulnerabilityID'])!, value, dataSource);
        }),
      );
    },
  );

  test.each(trivyRows<GoObject>('trivy-db', 'trivy-db/pkg/db', 'TestConfig_GetRedHatCPEs').map(named))(
    'products of Red Hat: %s',
    (_name, row) => {
      const database = store(dbFolder, row);
      if (row['wantErr'] !== undefined) {
        expect(() => database.redHatProducts('repository', String(row['repository']))).toThrow();
        return;
      }
      expect(database.redHatProducts('repository', String(row['repository']))).toEqual(row['want'] ?? []);
    },
  );

  test.each(
    trivyRows<GoObject>('trivy-db', 'trivy-db/pkg/db', 'TestInit')
      .filter((row) => row['dbPath'] !== '')
      .map(named),
  )('opening: %s', (_name, row) => {
    const path = join(trivyFixtures(), dbFolder, String(row['dbPath']));
    if (row['wantErr'] !== undefined) {
      expect(() => boltStore(path)).toThrow();
      return;
    }
    expect(new BucketDatabase(boltStore(path)).advisories('alpine 3.10', 'ansible')).toEqual([]);
  });
});

describe.skipIf(!trivyCasesArePresent)('details (needs ../shared)', () => {
  test.each(
    trivyRows<GoObject>('applier-filter-vex', 'trivy/pkg/vulnerability', 'TestClient_FillInfo').map(named),
  )('%s', (_name, row) => {
    const sources = row['vulnSeveritySources'] ?? row['severitySources'];
    const [found] = enrich((row['vulns'] as GoObject[]).map(goVulnerability), {
      database: store('trivy-testdata/pkg/vulnerability', row),
      severitySources: Array.isArray(sources) ? sources.map((source) => goText(source)!) : ['auto'],
      log: silentLog,
    });
    const [wanted] = (row['expectedVulnerabilities'] as GoObject[]).map(goVulnerability);
    expect(withTimes(found!)).toEqual(withTimes(wanted!));
  });
});

/** Times are the same however precisely they are written. */
function withTimes<T extends object>(value: T): T {
  return compact(
    Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        key.endsWith('Date') ? Date.parse(String(member)) : member,
      ]),
    ) as T,
  );
}

const times: Readonly<Record<string, string>> = {
  timeNextUpdateDay1: '2019-09-01T00:00:00Z',
  timeNextUpdateDay2: '2019-10-02T00:00:00Z',
  timeDownloadAt: '2019-09-30T22:30:00Z',
};

function time(value: unknown): Date | null {
  const text = isGoObject(value) ? times[String(value['$ref'])] : value;
  return typeof text === 'string' ? new Date(text) : null;
}

function version(value: unknown): number {
  if (typeof value === 'number') {
    return value;
  }
  return isGoObject(value) && value['$op'] === '+' ? schemaVersion + Number(value['b']) : schemaVersion;
}

describe.skipIf(!trivyCasesArePresent)('whether to update (needs ../shared)', () => {
  test.each(trivyRows<GoObject>('trivy-db', 'trivy/pkg/db', 'TestClient_NeedsUpdate').map(named))(
    '%s',
    (_name, row) => {
      const metadata = row['metadata'];
      const local = {
        hasFile: row['dbFileExists'] === true,
        metadata: isGoObject(metadata)
          ? {
              version: version(metadata['Version']),
              nextUpdate: time(metadata['NextUpdate']),
              updatedAt: null,
              downloadedAt: time(metadata['DownloadedAt']),
            }
          : null,
      };
      function decide(): boolean {
        const rules = { ...advisoryUpdates, skip: row['skip'] === true };
        return needsUpdate(local, rules, new Date('2019-10-01T00:00:00Z'));
      }
      if (row['wantErr'] !== undefined) {
        expect(decide).toThrow();
        return;
      }
      expect(decide()).toBe(row['want']);
    },
  );
});
