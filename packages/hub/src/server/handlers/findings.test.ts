import { beforeEach, expect, test } from 'vitest';
import { type Bench, benchNow, connection, openBench } from '../../testkit/api-bench.ts';
import { sampleFinding } from '../../testkit/sample-finding.ts';

const day = 86_400_000;
const now = benchNow();

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  for (const [key, ageDays] of [
    ['sha256:a', 20],
    ['sha256:b', 3],
  ] as const) {
    const image = { key, kind: 'image', names: [`shop/${key}`], system: '', packages: 1, notes: [] } as const;
    const comma = {
      ...sampleFinding,
      id: 'CVE-2026-2',
      packageName: 'a,b',
      severity: 'LOW' as const,
      fixedVersion: '',
    };
    await bench.store.findings.record(image, [sampleFinding, comma], now - ageDays * day);
  }
});

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: never }> {
  const response = await bench.api.app.request(
    path,
    {
      method,
      headers: { authorization: `Bearer ${bench.admin}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    connection,
  );
  return { status: response.status, json: (await response.json()) as never };
}

interface Look {
  readonly atMs: number;
  readonly count: number;
  readonly groups: readonly { readonly key: string; readonly findings: number }[];
  readonly findings: readonly { readonly id: string; readonly artifactName: string }[];
  readonly trend: readonly unknown[];
  readonly changes: { readonly now: { readonly new: number }; readonly before: { readonly new: number } };
  readonly facets: Readonly<Record<string, readonly unknown[]>>;
}

async function look(query: string): Promise<Look> {
  const { status, json } = await ask('GET', `/api/v1/findings/look?${query}`);
  expect(status, JSON.stringify(json)).toBe(200);
  return json;
}

test('findings are grouped by what is asked for, with what changed this week and the week before', async () => {
  const byPackage = await look('by=package&facets=severity,artifact&trend_from=30d&trend_steps=10');
  expect(byPackage.groups.map(({ key, findings }) => [key, findings])).toEqual([
    ['openssl', 2],
    ['a,b', 2],
  ]);
  expect(byPackage).toMatchObject({ atMs: now, count: 4, changes: { now: { new: 2 }, before: { new: 0 } } });
  expect(byPackage.trend).toHaveLength(10);
  expect(byPackage.facets['artifact']).toEqual([
    { value: 'sha256:a', count: 2 },
    { value: 'sha256:b', count: 2 },
  ]);
  expect((await look('by=artifact&min_epss=0.1')).groups.map(({ key }) => key)).toEqual([
    'sha256:a',
    'sha256:b',
  ]);
  expect((await look('by=id&artifact=sha256:a&artifact=sha256:b&severity=LOW')).groups).toMatchObject([
    { key: 'CVE-2026-2', findings: 2 },
  ]);
});

test('findings are listed one by one, as of a moment, and by what happened to them', async () => {
  expect((await look('package=a,b')).findings.map(({ artifactName }) => artifactName)).toEqual([
    'shop/sha256:a',
    'shop/sha256:b',
  ]);
  expect(await look('as_of=10d')).toMatchObject({ count: 2, atMs: now - 10 * day });
  expect((await look('change=new')).count).toBe(2);
  expect((await look('change=new&since=30d')).count).toBe(4);
  expect((await look('change=new&as_of=15d')).count).toBe(2);
  expect((await look('change=fixed')).count).toBe(0);
  const past = await look(
    'as_of=2020-01-01T00:00:00Z&trend_from=30d&trend_steps=3&since=2025-01-01T00:00:00Z',
  );
  expect([past.count, past.trend.length]).toEqual([0, 3]);
});

test.each([
  'by=colour',
  'facets=colour',
  'min_epss=2',
  'limit=501',
  'change=gone',
  'cursor=x',
  'severity=BAD',
])('a look that cannot be meant is refused: %s', async (query) => {
  expect((await ask('GET', `/api/v1/findings/look?${query}`)).status).toBe(400);
});

test('a finding is shown with its history and everybody who accepted it', async () => {
  const body = { id: 'CVE-2026-1', artifact: 'sha256:a', reason: 'not reachable', untilMs: now + day };
  await ask('POST', '/api/v1/acceptances', body);
  await ask('POST', '/api/v1/acceptances', { ...body, artifact: 'sha256:b' });
  const query = `kind=vulnerability&id=CVE-2026-1&package=${encodeURIComponent(sampleFinding.package)}`;
  const { json } = await ask('GET', `/api/v1/finding?artifact=sha256:a&${query}`);
  expect(json).toMatchObject({
    finding: {
      details: { cvss: 7.5 },
      intervals: [{ fromMs: now - 20 * day, toMs: null }],
      accepted: { reason: 'not reachable' },
    },
    acceptances: [{ artifact: 'sha256:a', reason: 'not reachable', by: 'ada', untilMs: now + day }],
    elsewhere: 1,
  });
  expect((await ask('GET', `/api/v1/finding?artifact=sha256:c&${query}`)).status).toBe(404);
  expect((await ask('GET', `/api/v1/finding?artifact=sha256:b&as_of=10d&${query}`)).status).toBe(404);
});

test('accepted risks are listed, those that end next first, with what they are about', async () => {
  const accept = async (id: string, days: number | null): Promise<void> => {
    const untilMs = days === null ? null : now + days * day;
    expect((await ask('POST', '/api/v1/acceptances', { id, reason: 'r', untilMs })).status).toBe(200);
  };
  await accept('CVE-2026-2', null);
  await accept('CVE-2026-1', 5);
  await accept('CVE-2026-9', 2);
  await bench.store.documents.put('acceptance', 'old', {
    findingId: 'CVE-2026-1',
    artifact: null,
    packageName: null,
    untilMs: now - 1,
    reason: 'r',
    by: 'ann',
  });
  const list = async (query: string): Promise<unknown[]> => {
    const { json } = await ask('GET', `/api/v1/acceptances${query}`);
    const { acceptances } = json as { acceptances: { findingId: string; findings: number }[] };
    return acceptances.map(({ findingId, findings }) => [findingId, findings]);
  };
  const lasting = [
    ['CVE-2026-9', 0],
    ['CVE-2026-1', 2],
    ['CVE-2026-2', 2],
  ];
  expect(await list('')).toEqual(lasting);
  expect(await list('?expired=true')).toEqual([['CVE-2026-1', 2], ...lasting]);
});
