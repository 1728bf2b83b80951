import { expect, test } from 'vitest';
import { openMemoryStore } from '../../testkit/memory-store.ts';
import { SeededRandom } from '../../testkit/seeded-random.ts';
import { type Finding, findingFacets, type FindingQuery, type ScannedArtifact } from '../finding-store.ts';
import type { Store } from '../store.ts';
import type { OpenEmptyStore } from './open-store.ts';

const base: Finding = {
  kind: 'vulnerability',
  id: 'CVE-2024-1',
  package: 'pkg:deb/debian/openssl@3',
  packageName: 'openssl',
  installedVersion: '3',
  fixedVersion: '',
  severity: 'HIGH',
  title: 'Überlauf in OpenSSL',
  epss: null,
  kev: false,
  details: { cvss: 7.5 },
};

function artifactOf(key: string): ScannedArtifact {
  return {
    key,
    kind: 'image',
    names: [`example.org/${key}:1`],
    system: 'debian 12',
    packages: 3,
    notes: ['n'],
  };
}

function randomFindings(random: SeededRandom): Finding[] {
  return Array.from({ length: random.below(12) }, () => {
    const packageName = random.pick(['openssl', 'zlib', 'größe']);
    return {
      ...base,
      kind: random.pick(['vulnerability', 'secret', 'update'] as const),
      id: `CVE-2024-${random.below(8)}`,
      package: `pkg:deb/debian/${packageName}`,
      packageName,
      fixedVersion: random.pick(['', '2']),
      severity: random.pick(['CRITICAL', 'HIGH', 'LOW', 'UNKNOWN'] as const),
      epss: random.pick([null, 0.1, 0.9]),
      kev: random.below(4) === 0,
    };
  });
}

function randomQuery(random: SeededRandom): FindingQuery {
  return {
    ...(random.below(3) === 0 ? { artifact: random.pick(['a', 'b', 'none']) } : {}),
    ...(random.below(3) === 0 ? { kinds: ['vulnerability' as const] } : {}),
    ...(random.below(3) === 0 ? { severities: ['HIGH' as const, 'LOW' as const] } : {}),
    ...(random.below(4) === 0 ? { id: 'CVE-2024-3' } : {}),
    ...(random.below(4) === 0 ? { packageName: 'größe' } : {}),
    ...(random.below(4) === 0 ? { fixable: random.below(2) === 0 } : {}),
    ...(random.below(4) === 0 ? { kev: true } : {}),
    ...(random.below(2) === 0 ? { asOfMs: random.below(90) } : {}),
    ...(random.below(2) === 0 ? { includeFixed: true } : {}),
    ...(random.below(4) === 0
      ? { text: random.pick(['GRÖSSE', 'cve-2024', 'ORG/A', '%', '_', 'überlauf']) }
      : {}),
  };
}

async function compare(store: Store, plain: Store, query: FindingQuery): Promise<void> {
  const why = JSON.stringify(query);
  expect(await store.findings.count(query), why).toBe(await plain.findings.count(query));
  const page = await plain.findings.search(query, 4);
  expect(await store.findings.search(query, 4), why).toEqual(page);
  if (page.cursor !== null) {
    expect(await store.findings.search(query, 50, page.cursor), why).toEqual(
      await plain.findings.search(query, 50, page.cursor),
    );
  }
  expect(await store.findings.facets(query, findingFacets, 50), why).toEqual(
    await plain.findings.facets(query, findingFacets, 50),
  );
  expect(await store.findings.artifacts(query.asOfMs), why).toEqual(
    await plain.findings.artifacts(query.asOfMs),
  );
}

export function findingContract(open: OpenEmptyStore): void {
  test('a finding opens, is fixed, and comes back', async () => {
    const store = await open({});
    const { findings } = store;
    const artifact = artifactOf('a');
    expect(await findings.record(artifact, [base], 10)).toEqual({ opened: 1, reopened: 0, fixed: 0 });
    expect(await findings.record(artifact, [base], 20)).toEqual({ opened: 0, reopened: 0, fixed: 0 });
    expect(await findings.record(artifact, [], 30)).toEqual({ opened: 0, reopened: 0, fixed: 1 });
    expect(await findings.record(artifact, [base], 40)).toEqual({ opened: 0, reopened: 1, fixed: 0 });
    const [now] = (await findings.search({}, 10)).findings;
    expect(now).toEqual({
      ...base,
      artifact: 'a',
      artifactNames: ['example.org/a:1'],
      firstSeenMs: 10,
      lastSeenMs: 40,
      fixedMs: null,
      intervals: [
        { fromMs: 10, toMs: 30 },
        { fromMs: 40, toMs: null },
      ],
      accepted: null,
    });
    expect(await findings.count({ asOfMs: 5 })).toBe(0);
    expect(await findings.count({ asOfMs: 25 })).toBe(1);
    expect(await findings.count({ asOfMs: 35 })).toBe(0);
    const [fixed] = (await findings.search({ asOfMs: 35, includeFixed: true }, 10)).findings;
    expect(fixed).toMatchObject({ fixedMs: 30, intervals: [{ fromMs: 10, toMs: 30 }] });
    await findings.retire('a', 50);
    expect(await findings.count({})).toBe(0);
    expect((await findings.artifacts())[0]).toMatchObject({ key: 'a', scannedMs: 40, retiredMs: 50 });
    const trend = await findings.trend(0, 50, 6);
    expect(trend.map(({ atMs, open: { HIGH } }) => [atMs, HIGH])).toEqual([
      [0, 0],
      [10, 1],
      [20, 1],
      [30, 0],
      [40, 1],
      [50, 0],
    ]);
    await store.close();
  });

  test('an accepted risk is shown until it ends', async () => {
    let nowMs = 100;
    const store = await open({ now: () => nowMs });
    await store.findings.record(artifactOf('a'), [base], 10);
    await store.documents.put('acceptance', '1', {
      findingId: base.id,
      artifact: null,
      packageName: 'openssl',
      untilMs: 200,
      reason: 'not reachable',
      by: 'ann',
    });
    const accepted = async () => (await store.findings.search({}, 1)).findings[0]?.accepted;
    expect(await accepted()).toEqual({ untilMs: 200, reason: 'not reachable', by: 'ann' });
    nowMs = 200;
    expect(await accepted()).toBeNull();
    await store.close();
  });

  test('any history is answered as by looking at every finding', async () => {
    const [store, plain] = [await open({ now: () => 1 }), await openMemoryStore({ now: () => 1 })];
    const random = new SeededRandom(11);
    for (let atMs = 0; atMs < 80; atMs += 4) {
      const artifact = artifactOf(random.pick(['a', 'b', 'c']));
      const found = randomFindings(random);
      const retires = random.below(8) === 0;
      const results = [];
      for (const { findings } of [store, plain]) {
        results.push(
          retires ? await findings.retire(artifact.key, atMs) : await findings.record(artifact, found, atMs),
        );
      }
      expect(results[0]).toEqual(results[1]);
      for (let round = 0; round < 8; round++) {
        await compare(store, plain, randomQuery(random));
      }
    }
    expect(await store.findings.trend(0, 90, 17)).toEqual(await plain.findings.trend(0, 90, 17));
    await expect(store.findings.search({}, 5, 'no cursor')).rejects.toMatchObject({ code: 'query.invalid' });
    await store.close();
  });

  test('inventories come back as they were', async () => {
    const store = await open({});
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    await store.findings.putInventory('a', bytes, 1);
    expect(await store.findings.getInventory('a')).toEqual(bytes);
    await store.findings.putInventory('a', bytes.subarray(5), 2);
    expect(await store.findings.getInventory('a')).toEqual(bytes.slice(5));
    expect(await store.findings.getInventory('b')).toBeNull();
    await store.close();
  });

  test('evidence is merged, with gaps, and known as of a moment', async () => {
    const store = await open({});
    const hour = 3_600_000;
    const row = { artifact: 'a', package: 'p', rung: 'running', sample: { pid: 1 } } as const;
    await store.evidence.record([{ ...row, firstMs: 10 * hour, lastMs: 11 * hour }]);
    await store.evidence.record([
      { ...row, firstMs: 11.5 * hour, lastMs: 12 * hour, sample: { pid: 2 } },
      { ...row, firstMs: 20 * hour, lastMs: 20 * hour, sample: { pid: 3 } },
      { ...row, firstMs: 1 * hour, lastMs: 2 * hour, sample: { pid: 4 } },
    ]);
    expect(await store.evidence.list('a')).toEqual([
      {
        ...row,
        firstMs: hour,
        lastMs: 20 * hour,
        sample: { pid: 3 },
        intervals: [
          { fromMs: hour, toMs: 2 * hour },
          { fromMs: 10 * hour, toMs: 12 * hour },
          { fromMs: 20 * hour, toMs: 20 * hour },
        ],
      },
    ]);
    const [then] = await store.evidence.list('a', 11 * hour);
    expect(then?.intervals).toEqual([
      { fromMs: hour, toMs: 2 * hour },
      { fromMs: 10 * hour, toMs: 11 * hour },
    ]);
    expect(await store.evidence.list('a', 0)).toEqual([]);
    expect(await store.evidence.list('b')).toEqual([]);
    await store.close();
  });
}
