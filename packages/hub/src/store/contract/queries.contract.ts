import { type AlertQuery, alertFacets, exactJson, type NewAlert, priorityNames } from '@lanner/api';
import { SeededRandom } from '../../testkit/seeded-random.ts';
import { openMemoryStore } from '../../testkit/memory-store.ts';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import { expect, test } from 'vitest';
import { facetValues } from '../alert-values.ts';
import type { AlertStore } from '../alert-store.ts';
import type { OpenEmptyStore } from './open-store.ts';

const rounds = 25;

/** Alerts whose times go back and forth, some without tags, host or container. */
function mixedAlerts(count: number, seed: number): NewAlert[] {
  const random = new SeededRandom(seed);
  return sampleAlerts(count, { seed }).map((alert) => {
    const late = random.below(4) === 0 ? random.below(3_600_000_000) : 0;
    const { tags, ...event } = alert.event;
    const bare = random.below(6) === 0;
    return {
      ...alert,
      timeUs: alert.timeUs - late - (random.below(9) === 0 ? alert.timeUs % 1_000_000 : 0),
      event: bare || tags === undefined ? event : { ...event, tags },
      node: bare ? '' : alert.node,
    };
  });
}

const texts = [
  'shell',
  'SHELL container',
  'conta*',
  '/etc/shadow',
  '"/etc/shadow"',
  '"etc shadow"',
  '"a container | file"',
  'größe',
  'GRÖSSE',
  'πρόγραμμα*',
  'скрипт',
  '脚本',
  '鍵',
  'データ/鍵.pem',
  '🦅',
  '10.96.0.1:443',
  'node-1',
  'web-*',
  'web-alpha-*',
  'nothing-like-this',
  '"unclosed quote',
  '->',
  '*',
  "o'hara",
  'x" OR rule MATCH "',
  'NEAR(a b)',
  '-rf',
  'python3 git',
  '34816',
];

function randomQuery(random: SeededRandom, alerts: readonly NewAlert[]): AlertQuery {
  const some = (): NewAlert => random.pick(alerts);
  const chosen = (): Partial<Record<(typeof alertFacets)[number], readonly string[]>> => {
    const facet = random.pick(alertFacets);
    const values =
      facet === 'status'
        ? [random.pick(['open', 'acknowledged', 'other'])]
        : Array.from({ length: 1 + random.below(3) }, () => facetValues(some(), facet)[0] ?? '');
    return { [facet]: random.below(10) === 0 ? [...values, 'no such value'] : values };
  };
  const from = some().timeUs;
  return {
    ...(random.below(2) === 0
      ? { any: random.below(3) === 0 ? { ...chosen(), ...chosen() } : chosen() }
      : {}),
    ...(random.below(3) === 0 ? { none: chosen() } : {}),
    ...(random.below(3) === 0 ? { fromUs: from } : {}),
    ...(random.below(3) === 0 ? { toUs: from + random.below(20_000_000) } : {}),
    ...(random.below(4) === 0 ? { minPriority: random.pick(priorityNames) } : {}),
    ...(random.below(2) === 0 ? { text: randomText(random, some()) } : {}),
    ...(random.below(4) === 0 ? { contains: randomPart(random, some()) } : {}),
  };
}

function randomText(random: SeededRandom, { event }: NewAlert): string {
  if (random.below(2) === 0) {
    return random.pick(texts);
  }
  const words = event.output.split(' ');
  const at = random.below(words.length);
  const piece = words.slice(at, at + 1 + random.below(3)).join(' ');
  return random.pick([piece, `"${piece}"`, `${piece.slice(0, 1 + random.below(piece.length))}*`]);
}

/** Part of a text, mostly within a word. */
function randomPart(random: SeededRandom, { event }: NewAlert): string {
  const text = random.pick([
    event.output,
    event.rule,
    exactJson(random.pick(Object.values(event.output_fields))),
  ]);
  const at = random.below(text.length + 1);
  const part = text.slice(at, at + random.below(random.pick([4, 12, 50])));
  return random.pick([part, part.toUpperCase(), `${part}x`]);
}

async function allPages(store: AlertStore, query: AlertQuery, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.search(query, limit, cursor);
    ids.push(...page.alerts.map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

export function queryContract(open: OpenEmptyStore): void {
  test('any query is answered as by looking at every alert', async () => {
    const [store, plain] = [await open({}), await openMemoryStore()];
    const random = new SeededRandom(7);
    const alerts = mixedAlerts(600, 3);
    for (let at = 0; at < alerts.length; at += 200) {
      const batch = alerts.slice(at, at + 200);
      const held = batch.map(() => (random.below(5) === 0 ? 'known' : null));
      await store.alerts.append(batch, held);
      await plain.alerts.append(batch, held);
      const acknowledged = { any: { namespace: [batch[0]!.workload.namespace] } };
      for (const each of [store, plain]) {
        await each.alerts.act(acknowledged, { kind: 'acknowledge' }, 'ann', at);
      }
      for (let round = 0; round < rounds; round++) {
        await compare(store.alerts, plain.alerts, randomQuery(random, alerts.slice(0, at + 200)), random);
      }
    }
    await store.close();
  });

  test('parts of words are found, however long the words are', async () => {
    const store = await open({});
    const digest = '0123456789abcdef'.repeat(4);
    const alerts = sampleAlerts(160).map((alert, index) => ({
      ...alert,
      event: { ...alert.event, output: index % 40 === 0 ? `Größe ${digest}zz` : 'none', output_fields: {} },
    }));
    for (let at = 0; at < alerts.length; at += 40) {
      const batch = alerts.slice(at, at + 40);
      await store.alerts.append(
        batch,
        batch.map(() => null),
      );
    }
    const counts: Record<string, number> = {};
    for (const contains of [
      'röß',
      'CDEF01',
      'cdefzz',
      `${digest}z`,
      `e ${digest}`,
      'sse',
      'fzzz',
      ' 1',
      '',
    ]) {
      counts[contains] = await store.alerts.count({ contains });
    }
    expect(counts).toEqual({
      ...{ röß: 4, CDEF01: 4, cdefzz: 4, [`${digest}z`]: 4, [`e ${digest}`]: 4 },
      ...{ sse: 0, fzzz: 0, ' 1': 0, '': 160 },
    });
    expect(await store.alerts.count({ contains: 'cdefz', text: 'größe' })).toBe(4);
    expect(await store.alerts.count({ contains: 'cdefz', text: 'none' })).toBe(0);
    await store.close();
  });

  test('pages are stable while alerts come in', async () => {
    const store = await open({});
    const alerts = sampleAlerts(120);
    const first = alerts.slice(0, 60);
    await store.alerts.append(
      first,
      first.map(() => null),
    );
    const page = await store.alerts.search({}, 30);
    const rest = alerts.slice(60);
    await store.alerts.append(
      rest,
      rest.map(() => null),
    );
    const next = await store.alerts.search({}, 30, page.cursor ?? undefined);
    expect([...page.alerts, ...next.alerts].map(({ id }) => id)).toEqual(first.map(({ id }) => id).reverse());
    expect(next.cursor).toBeNull();
    await store.close();
  });

  test('a cursor that no search gave is refused', async () => {
    const store = await open({});
    for (const cursor of ['x', '1', '1.2.3', "1.2' OR 1=1", '']) {
      await expect(store.alerts.search({}, 10, cursor)).rejects.toMatchObject({ code: 'query.invalid' });
      await expect(store.alerts.groups({}, 10, cursor)).rejects.toMatchObject({ code: 'query.invalid' });
    }
    await store.close();
  });

  test('limits and times that cannot be meant are refused', async () => {
    const store = await open({});
    const refused = { code: 'query.invalid' };
    await expect(store.alerts.search({}, 0)).rejects.toMatchObject(refused);
    await expect(store.alerts.search({}, 1_000_000)).rejects.toMatchObject(refused);
    await expect(store.alerts.facets({}, ['rule'], -1)).rejects.toMatchObject(refused);
    await expect(store.alerts.look({}, { facets: ['rule'], values: 0 })).rejects.toMatchObject(refused);
    await expect(
      store.alerts.look({}, { histogram: { fromUs: 2, toUs: 2, buckets: 1 } }),
    ).rejects.toMatchObject(refused);
    await expect(store.alerts.histogram({}, 10)).rejects.toMatchObject(refused);
    await expect(store.alerts.histogram({ fromUs: 1, toUs: 2 }, 1e9)).rejects.toMatchObject(refused);
    await expect(store.alerts.count({ fromUs: Number.NaN })).rejects.toMatchObject(refused);
    await store.close();
  });
}

async function compare(
  store: AlertStore,
  plain: AlertStore,
  query: AlertQuery,
  random: SeededRandom,
): Promise<void> {
  const why = JSON.stringify(query);
  expect(await store.count(query), why).toBe(await plain.count(query));
  expect(await store.search(query, 20), why).toEqual(await plain.search(query, 20));
  expect(await allPages(store, query, 400), why).toEqual(await allPages(plain, query, 400));
  expect(await store.facets(query, alertFacets, 1000), why).toEqual(
    await plain.facets(query, alertFacets, 1000),
  );
  expect(await store.rules(query), why).toEqual(await plain.rules(query));
  const fromUs = query.fromUs ?? 1_767_225_600_000_000;
  const range = { ...query, fromUs, toUs: Math.max(query.toUs ?? 0, fromUs + 1 + random.below(90_000_000)) };
  const by = random.below(2) === 0 ? random.pick(alertFacets) : undefined;
  expect(await store.histogram(range, 7, by), why).toEqual(await plain.histogram(range, 7, by));
  const ask = {
    ...{ facets: alertFacets.slice(0, random.below(alertFacets.length)), values: 5 },
    // Of less time than the query, or more.
    histogram: { fromUs, toUs: fromUs + 30_000_000, buckets: 5, by },
  };
  expect(await store.look(query, ask), why).toEqual(await plain.look(query, ask));
  const groups = await plain.groups(query, 15);
  expect(await store.groups(query, 15), why).toEqual(groups);
  if (groups.cursor !== null) {
    expect(await store.groups(query, 15, groups.cursor), why).toEqual(
      await plain.groups(query, 15, groups.cursor),
    );
  }
}
