import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { afterAll, expect, test, vi } from 'vitest';
import { sampleAlerts } from '../../testkit/sample-alerts.ts';
import { openSqliteStore } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-look-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a look without time counts the newest alerts of a phrase, and says that they are a share', async () => {
  const store = await openSqliteStore({ folder, segmentRows: 40, log: silentLog });
  const alerts = sampleAlerts(200).map((alert, index) => ({
    ...alert,
    timeUs: 1_000_000 * index,
    event: { ...alert.event, output: index % 2 === 0 ? 'two words' : 'words two' },
  }));
  await store.alerts.append(
    alerts,
    alerts.map(() => null),
  );
  const phrase = { text: '"two words"' };
  const ask = { histogram: { fromUs: 0, toUs: 200_000_000, buckets: 200 } };
  // Packing goes on beside it: until then all alerts are one run.
  const some = await vi.waitFor(
    async () => {
      const look = await store.alerts.look(phrase, { ...ask, withinMs: 0 });
      expect(look.share).toBeLessThan(1);
      return look;
    },
    { timeout: 30_000 },
  );
  expect(some.count).toBe((200 * some.share) / 2);
  const whole = await store.alerts.look(phrase, ask);
  expect([whole.count, whole.share]).toEqual([100, 1]);
  const newest = whole.buckets.map(({ count, ...bucket }, index) =>
    Object.assign(bucket, { count: index < 200 * (1 - some.share) ? 0 : count }),
  );
  expect(some.buckets).toEqual(newest);
  await store.close();
});
