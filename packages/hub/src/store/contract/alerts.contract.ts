import { expect, test } from 'vitest';
import type { NewAlert } from '@lanner/api';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import type { OpenEmptyStore } from './open-store.ts';

const none = (alerts: readonly NewAlert[]): null[] => alerts.map(() => null);

export function alertContract(open: OpenEmptyStore): void {
  test('an empty store answers', async () => {
    const store = await open({});
    const { alerts } = store;
    expect(await alerts.lastPosition()).toBe(0);
    expect(await alerts.oldestUs()).toBeNull();
    expect(await alerts.get('01J00000000000000000000000')).toBeNull();
    expect(await alerts.search({}, 10)).toEqual({ alerts: [], cursor: null });
    expect(await alerts.count({})).toBe(0);
    expect(await alerts.facets({}, ['rule', 'tags'], 10)).toEqual({ rule: [], tags: [] });
    expect(await alerts.rules({})).toEqual([]);
    expect(await alerts.groups({}, 10)).toEqual({ groups: [], cursor: null });
    expect(await alerts.after(0, 10)).toEqual([]);
    expect(await alerts.lastSequence('agent')).toBe(0);
    expect(await alerts.seen(['f'])).toEqual(new Map());
    await store.close();
  });

  test('what is stored comes back as it was', async () => {
    const store = await open({});
    const [plain, odd] = sampleAlerts(2) as [NewAlert, NewAlert];
    const full: NewAlert = {
      ...odd,
      event: {
        ...odd.event,
        output: 'größe ключ 鍵 🦅 \u0000 \ud800 " \\ %',
        output_fields: { big: 1_795_719_160_104_123_457n, none: null, list: [1, 'a'], n: 1.5, t: true },
      },
      facts: { 'proc.pid': 12, 'evt.time': 2n ** 60n },
      lineage: [{ name: 'a', exe: '/a', args: '-x', pid: 4, startTimeNs: '1' }],
      matched: ['proc.name = a'],
    };
    const result = await store.alerts.append([plain, full], [null, 'known']);
    expect(result).toEqual({ stored: 2, lastPosition: 2 });
    expect(await store.alerts.oldestUs()).toBe(Math.min(plain.timeUs, full.timeUs));
    expect(await store.alerts.get(plain.id)).toEqual({ ...plain, position: 1, status: 'open', held: null });
    expect(await store.alerts.get(full.id)).toEqual({ ...full, position: 2, status: 'open', held: 'known' });
    await store.close();
  });

  test('an alert is stored once, and so is a batch of an agent', async () => {
    const store = await open({});
    const alerts = sampleAlerts(6);
    const [a, b] = alerts as [NewAlert, NewAlert];
    expect((await store.alerts.append([a, a, b], none([a, a, b]))).stored).toBe(2);
    expect((await store.alerts.append([b], [null])).stored).toBe(0);
    const first = alerts.slice(2, 4);
    const origin = { agent: 'node-1', sequence: 7 };
    expect((await store.alerts.append(first, none(first), origin)).stored).toBe(2);
    const again = alerts.slice(2);
    expect((await store.alerts.append(again, none(again), origin)).stored).toBe(0);
    expect(await store.alerts.lastSequence('node-1')).toBe(7);
    expect(await store.alerts.count({})).toBe(4);
    await store.close();
  });

  test('many at once are all stored, in one order', async () => {
    const store = await open({});
    const alerts = sampleAlerts(600);
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const batch = alerts.slice(index * 20, index * 20 + 20);
        return store.alerts.append(batch, none(batch));
      }),
    );
    const read = [];
    for (let position = 0; ; position = read.at(-1)?.position ?? 0) {
      const page = await store.alerts.after(position, 97);
      read.push(...page);
      if (page.length === 0) {
        break;
      }
    }
    expect(read.map(({ id }) => id).sort()).toEqual(alerts.map(({ id }) => id).sort());
    const positions = read.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((x, y) => x - y));
    expect(await store.alerts.lastPosition()).toBe(positions.at(-1));
    await store.close();
  });

  test('how often a fingerprint was stored is known', async () => {
    const store = await open({});
    const [a, b, c] = sampleAlerts(3).map((alert, index) => ({
      ...alert,
      timeUs: 1000 - index,
      fingerprint: index === 2 ? 'ffff000000000000' : 'aaaa000000000000',
    })) as [NewAlert, NewAlert, NewAlert];
    await store.alerts.append([a, b, c], [null, null, null]);
    const seen = await store.alerts.seen(['aaaa000000000000', 'ffff000000000000', 'bbbb000000000000']);
    expect([...seen].sort()).toEqual([
      ['aaaa000000000000', { count: 2, lastUs: 1000 }],
      ['ffff000000000000', { count: 1, lastUs: 998 }],
    ]);
    await store.close();
  });

  test('groups are acknowledged, and what comes after opens them again', async () => {
    const store = await open({});
    const fingerprint = 'abcd000000000000';
    const [a, b, other] = sampleAlerts(3).map((alert, index) => ({
      ...alert,
      fingerprint: index === 2 ? 'eeee000000000000' : fingerprint,
    })) as [NewAlert, NewAlert, NewAlert];
    await store.alerts.append([a, other], [null, null]);
    const ofGroup = { any: { fingerprint: [fingerprint] } };
    expect(await store.alerts.act(ofGroup, { kind: 'acknowledge' }, 'ann', 5)).toBe(1);
    expect((await store.alerts.get(a.id))?.status).toBe('acknowledged');
    expect(await store.alerts.triage(fingerprint)).toEqual({
      status: 'acknowledged',
      acknowledgedBy: 'ann',
      acknowledgedMs: 5,
      assignee: null,
      comments: [],
    });
    expect(await store.alerts.count({ any: { status: ['open'] } })).toBe(1);
    await store.alerts.append([b], [null]);
    expect((await store.alerts.triage(fingerprint)).status).toBe('open');
    expect((await store.alerts.facets({}, ['status'], 5)).status).toEqual([
      { value: 'open', count: 2 },
      { value: 'acknowledged', count: 1 },
    ]);
    await store.alerts.act({}, { kind: 'assign', to: 'bob' }, 'ann', 6);
    await store.alerts.act(ofGroup, { kind: 'comment', text: 'härmlos' }, 'bob', 7);
    await store.alerts.act(ofGroup, { kind: 'reopen' }, 'bob', 8);
    const { groups } = await store.alerts.groups({}, 10);
    expect(groups.map((group) => [group.fingerprint, group.count, group.triage.assignee])).toContainEqual([
      fingerprint,
      2,
      'bob',
    ]);
    expect((await store.alerts.triage(fingerprint)).comments).toEqual([
      { author: 'bob', atMs: 7, text: 'härmlos' },
    ]);
    expect((await store.alerts.get(a.id))?.status).toBe('open');
    await store.close();
  });

  test('what was removed is in no answer about what came after', async () => {
    const store = await open({ retention: { maxAgeMs: 1000, maxBytes: 1e12 } });
    for (const [turn, word] of ['old', 'fresh'].entries()) {
      const alerts = sampleAlerts(300, { seed: 7 + turn }).map((alert) => ({
        ...alert,
        receivedMs: 1_000_000 * (turn + 1),
        event: { ...alert.event, output: `a ${word} thing`, tags: [word] },
      }));
      await store.maintain(1_000_000_000);
      for (let at = 0; at < alerts.length; at += 100) {
        const batch = alerts.slice(at, at + 100);
        await store.alerts.append(batch, none(batch));
      }
      expect((await store.alerts.facets({}, ['tags'], 5)).tags).toEqual([{ value: word, count: 300 }]);
      expect(await store.alerts.count({ text: '"old thing"' })).toBe(word === 'old' ? 300 : 0);
      expect(await store.alerts.count({ text: `"${word} thing"` })).toBe(300);
    }
    await store.close();
  });

  test('retention takes the oldest by age, and counts them', async () => {
    const store = await open({ retention: { maxAgeMs: 1000, maxBytes: 1e12 } });
    const alerts = sampleAlerts(20).map((alert, index) => ({
      ...alert,
      receivedMs: 1_000_000 + index * 100,
    }));
    await store.alerts.append(alerts, none(alerts));
    await store.alerts.act({}, { kind: 'assign', to: 'bob' }, 'ann', 6);
    await store.maintain(1_002_000);
    expect(await store.health()).toMatchObject({
      state: 'ok',
      alerts: 10,
      removedByAge: 10,
      removedBySize: 0,
    });
    expect(await store.alerts.get(alerts[9]!.id)).toBeNull();
    expect((await store.alerts.after(0, 100)).map(({ id }) => id)).toEqual(
      alerts.slice(10).map(({ id }) => id),
    );
    await store.maintain(1_100_000);
    expect(await store.alerts.count({})).toBe(0);
    expect(await store.alerts.seen(alerts.map(({ fingerprint }) => fingerprint))).toEqual(new Map());
    expect((await store.alerts.triage(alerts[0]!.fingerprint)).assignee).toBeNull();
    expect(await store.alerts.oldestUs()).toBeNull();
    expect(await store.alerts.lastPosition()).toBe(20);
    const more = sampleAlerts(21).slice(20);
    expect(await store.alerts.append(more, none(more))).toEqual({ stored: 1, lastPosition: 21 });
    await store.close();
  });
}
