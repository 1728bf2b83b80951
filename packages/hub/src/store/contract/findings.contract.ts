import { expect, test } from 'vitest';
import { openMemoryStore } from '../../testkit/memory-store.ts';
import { SeededRandom } from '../../testkit/seeded-random.ts';
import {
  type Finding,
  type FindingAsk,
  findingFacets,
  findingGroupings,
  type FindingQuery,
} from '../finding-store.ts';
import type { Store } from '../store.ts';
import type { OpenEmptyStore } from './open-store.ts';
import { artifactOf, base, randomFindings, randomQuery } from '../../testkit/random-findings.ts';

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

function askOf(random: SeededRandom, { asOfMs = 90 }: FindingQuery): FindingAsk {
  return {
    by: random.pick([null, ...findingGroupings]),
    limit: random.pick([1, 3, 100]),
    facets: findingFacets,
    facetLimit: 20,
    upgrades: 5,
    trend: random.below(2) === 0 ? { fromMs: 0, steps: 4 } : null,
    sinceMs: random.below(2) === 0 ? random.below(asOfMs + 1) : null,
  };
}

/** What one look tells is what the other questions give, and every page of it comes. */
async function compareLooks(store: Store, plain: Store, query: FindingQuery, ask: FindingAsk): Promise<void> {
  const why = JSON.stringify({ query, ask });
  const look = await store.findings.look(query, ask);
  expect(look, why).toEqual(await plain.findings.look(query, ask));
  expect(look.count, why).toBe(await store.findings.count(query));
  const keys: string[] = [];
  for (let page = look; ; page = await store.findings.look(query, { ...ask, cursor: page.cursor })) {
    keys.push(...page.groups.map(({ key }) => key));
    keys.push(
      ...page.findings.map((each) => JSON.stringify([each.kind, each.id, each.artifact, each.package])),
    );
    if (page.cursor === null) {
      break;
    }
  }
  expect(new Set(keys).size, why).toBe(keys.length);
  expect(keys.length, why).toBe(ask.by === null ? look.count : look.groupCount);
}

export function findingContract(open: OpenEmptyStore): void {
  test('a scan in parts is one scan, and one of which a part is missing ends nothing', async () => {
    const store = await open({});
    const { findings } = store;
    const artifact = artifactOf('a');
    const [first, second, third] = ['CVE-1', 'CVE-2', 'CVE-3'].map((id): Finding => ({ ...base, id }));
    if (first === undefined || second === undefined || third === undefined) {
      throw new Error('there are three');
    }
    const openIds = async (asOfMs?: number): Promise<string[]> =>
      (await findings.search(asOfMs === undefined ? {} : { asOfMs }, 10)).findings.map(({ id }) => id).sort();
    await findings.record(artifact, [third], 10);
    const middle = { isLast: false, total: 2 };
    const last = { isLast: true, total: 2 };
    expect(await findings.record(artifact, [first], 20, middle)).toEqual({
      opened: 1,
      reopened: 0,
      fixed: 0,
    });
    expect(await openIds()).toEqual(['CVE-1', 'CVE-3']);
    // Sent again, as after a crash.
    await findings.record(artifact, [first], 20, middle);
    expect(await findings.record(artifact, [second], 20, last)).toEqual({ opened: 1, reopened: 0, fixed: 1 });
    await findings.record(artifact, [second], 20, last);
    expect(await openIds()).toEqual(['CVE-1', 'CVE-2']);
    expect(await openIds(15)).toEqual(['CVE-3']);

    expect(await findings.record(artifact, [third], 30, last)).toEqual({ opened: 0, reopened: 1, fixed: 0 });
    expect(await openIds()).toEqual(['CVE-1', 'CVE-2', 'CVE-3']);
    expect(await findings.record(artifact, [third], 40)).toEqual({ opened: 0, reopened: 0, fixed: 2 });
  });

  test('a list begins at any rank, with a whole page at its end', async () => {
    const { findings } = await open({});
    const all = Array.from({ length: 25 }, (_, i): Finding => ({ ...base, id: `CVE-${10 + i}` }));
    await findings.record(artifactOf('a'), all, 10);
    const ask = { by: null, limit: 10, facets: [], facetLimit: 1, upgrades: 0, trend: null, sinceMs: null };
    const at = async (start: { skip?: number; cursor?: string }): Promise<unknown> => {
      const look = await findings.look({}, { ...ask, ...start });
      return [look.skipped, look.findings.map(({ id }) => id).at(0), look.findings.length, look.count];
    };
    expect(await at({})).toEqual([0, 'CVE-10', 10, 25]);
    expect(await at({ skip: 7 })).toEqual([7, 'CVE-17', 10, 25]);
    expect(await at({ skip: 24 })).toEqual([15, 'CVE-25', 10, 25]);
    const { cursor } = await findings.look({}, { ...ask, skip: 7 });
    expect(await at({ cursor: cursor ?? '' })).toEqual([0, 'CVE-27', 8, 25]);
    const groups = await findings.look({}, { ...ask, by: 'id', skip: 20 });
    expect([groups.skipped, groups.groups[0]?.key, groups.cursor]).toEqual([15, 'CVE-25', null]);
  });

  test('the first parts of a scan do not make an artifact smaller', async () => {
    const { findings } = await open({});
    const artifact = artifactOf('a');
    const packages = async (): Promise<number | undefined> => (await findings.artifacts())[0]?.packages;
    await findings.record({ ...artifact, packages: 3 }, [], 10, { isLast: false, total: 0 });
    expect(await packages()).toBe(3);
    await findings.record({ ...artifact, packages: 9 }, [], 10, { isLast: true, total: 0 });
    await findings.record({ ...artifact, packages: 3 }, [], 20, { isLast: false, total: 0 });
    expect(await packages()).toBe(9);
    await findings.record({ ...artifact, packages: 8 }, [], 20, { isLast: true, total: 0 });
    expect(await packages()).toBe(8);
  });

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
    expect(await findings.count({ change: { kind: 'reappeared', sinceMs: 39 } })).toBe(1);
    expect(await findings.count({ change: { kind: 'reappeared', sinceMs: 40 } })).toBe(0);
    expect(await findings.count({ change: { kind: 'new', sinceMs: 9 }, asOfMs: 10 })).toBe(1);
    expect(await findings.count({ change: { kind: 'fixed', sinceMs: 29 }, asOfMs: 35 })).toBe(1);
    expect(await findings.count({ change: { kind: 'fixed', sinceMs: 29 }, asOfMs: 45 })).toBe(0);
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

  test('one look counts groups, what else could be chosen, upgrades, and what changed', async () => {
    const store = await open({ now: () => 100 });
    const { findings } = store;
    const zlib = { ...base, id: 'CVE-2024-2', packageName: 'zlib', package: 'pkg:deb/debian/zlib@1' };
    await findings.record(artifactOf('a'), [base, { ...zlib, severity: 'CRITICAL', fixedVersion: '2' }], 10);
    await findings.record(
      artifactOf('b'),
      [
        { ...zlib, severity: 'LOW', fixedVersion: '2', kev: true, epss: 0.25 },
        { ...base, fixedVersion: '4' },
      ],
      60,
    );
    await findings.record(artifactOf('a'), [{ ...zlib, severity: 'CRITICAL', fixedVersion: '2' }], 70);
    const ask: FindingAsk = {
      by: 'packageName',
      limit: 10,
      facets: ['severity', 'artifact'],
      facetLimit: 10,
      upgrades: 1,
      trend: { fromMs: 0, steps: 3 },
      sinceMs: 50,
    };
    const look = await findings.look({ severities: ['CRITICAL', 'LOW'] }, ask);
    expect(look).toEqual({
      count: 2,
      severities: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 1, UNKNOWN: 0 },
      groups: [
        {
          key: 'zlib',
          title: base.title,
          findings: 2,
          severities: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 1, UNKNOWN: 0 },
          fixable: 2,
          exploited: 1,
          accepted: 0,
          epss: 0.25,
          artifacts: 2,
          packages: 1,
          ids: 1,
          fixedVersion: '2',
          firstSeenMs: 10,
          newestMs: 60,
        },
      ],
      groupCount: 1,
      findings: [],
      skipped: 0,
      cursor: null,
      facets: {
        // Without its own condition; the other facet is counted with it.
        severity: [
          { value: 'CRITICAL', count: 1 },
          { value: 'HIGH', count: 1 },
          { value: 'LOW', count: 1 },
        ],
        artifact: [
          { value: 'a', count: 1 },
          { value: 'b', count: 1 },
        ],
      },
      artifactNames: { a: 'example.org/a:1', b: 'example.org/b:1' },
      upgrades: {
        packages: [{ packageName: 'zlib', fixedVersion: '2', versions: 1, findings: 2, artifacts: 2 }],
        findings: 2,
      },
      trend: [
        { atMs: 0, open: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 } },
        { atMs: 50, open: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 0, UNKNOWN: 0 } },
        { atMs: 100, open: { CRITICAL: 1, HIGH: 0, MEDIUM: 0, LOW: 1, UNKNOWN: 0 } },
      ],
      changes: { now: { new: 1, fixed: 0, reappeared: 0 }, before: { new: 1, fixed: 0, reappeared: 0 } },
    });
    const all = await findings.look({}, { ...ask, by: 'artifact', sinceMs: 65 });
    expect(all.groups.map(({ key, title, ids }) => [key, title, ids])).toEqual([
      ['a', 'example.org/a:1', 1],
      ['b', 'example.org/b:1', 2],
    ]);
    expect(all.changes).toEqual({
      now: { new: 0, fixed: 1, reappeared: 0 },
      before: { new: 2, fixed: 0, reappeared: 0 },
    });
    const rare = await findings.look({ artifacts: ['b'] }, { ...ask, facetLimit: 1 });
    expect(rare.facets.artifact?.map(({ value }) => value)).toEqual(['b']);
    const both = await findings.look({ artifacts: ['a', 'b'] }, { ...ask, facetLimit: 1 });
    expect(both.facets.artifact).toEqual([
      { value: 'b', count: 2 },
      { value: 'a', count: 1 },
    ]);
    const flat = await findings.look({ asOfMs: 20 }, { ...ask, by: null, sinceMs: null });
    expect(flat.findings.map(({ id, artifactName, returns }) => [id, artifactName, returns])).toEqual([
      ['CVE-2024-2', 'example.org/a:1', 0],
      ['CVE-2024-1', 'example.org/a:1', 0],
    ]);
    expect(flat.findings[0]).not.toHaveProperty('details');
    await expect(findings.look({}, { ...ask, limit: 0 })).rejects.toMatchObject({ code: 'query.invalid' });
    await expect(findings.look({ minEpss: 2 }, ask)).rejects.toMatchObject({ code: 'query.invalid' });
    await expect(findings.look({}, { ...ask, cursor: flat.cursor ?? 'no' })).rejects.toMatchObject({
      code: 'query.invalid',
    });
    await store.close();
  });

  test('any history is answered as by looking at every finding', async () => {
    const [store, plain] = [await open({ now: () => 1 }), await openMemoryStore({ now: () => 1 })];
    const random = new SeededRandom(11);
    for (const { documents } of [store, plain]) {
      await documents.put('acceptance', '1', {
        findingId: 'CVE-2024-3',
        artifact: 'a',
        packageName: null,
        untilMs: 60,
        reason: 'r',
        by: 'ann',
      });
    }
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
        const query = randomQuery(random);
        await compare(store, plain, query);
        await compareLooks(store, plain, query, askOf(random, query));
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
