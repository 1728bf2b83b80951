import type { StoredAlert } from '@lanner/api';
import { expect, test, vi } from 'vitest';
import { AlertTail } from './alert-tail.ts';

function storeOf(count: () => number, reads: number[]): Parameters<typeof AlertTail.open>[0] {
  return {
    lastPosition: () => Promise.resolve(0),
    after: (position, limit) => {
      reads.push(position);
      const first = position + 1;
      const length = Math.max(0, Math.min(limit, count() - position));
      // Only positions matter here.
      return Promise.resolve(Array.from({ length }, (_, i) => ({ position: first + i }) as StoredAlert));
    },
  };
}

test('all who keep up share one reading; who lags reads for itself', async () => {
  const reads: number[] = [];
  let count = 10;
  const tail = await AlertTail.open(storeOf(() => count, reads));
  const both = await Promise.all([tail.after(0, 100), tail.after(0, 4)]);
  expect(both.map((alerts) => alerts.length)).toEqual([10, 4]);
  expect(reads).toEqual([0]);
  count = 9000;
  let position = 10;
  for (
    let alerts = await tail.after(position, 500);
    alerts.length > 0;
    alerts = await tail.after(position, 500)
  ) {
    expect(alerts[0]?.position).toBe(position + 1);
    position = alerts.at(-1)?.position ?? 0;
  }
  expect(position).toBe(9000);
  const before = reads.length;
  expect((await tail.after(100, 3)).map((alert) => alert.position)).toEqual([101, 102, 103]);
  expect(reads.slice(before)).toEqual([100]);
});

test('a wake that comes while nobody waits is not missed', async () => {
  const tail = await AlertTail.open(storeOf(() => 0, []));
  const { wakes } = tail;
  tail.wake();
  await tail.next(wakes, new AbortController().signal);
  const stop = new AbortController();
  const waiting = tail.next(tail.wakes, stop.signal);
  stop.abort();
  await waiting;
});

test('whoever no longer waits is forgotten, however long nothing comes', async () => {
  const tail = await AlertTail.open(storeOf(() => 0, []));
  const stop = new AbortController();
  const forget = vi.spyOn(stop.signal, 'removeEventListener');
  const waiting = tail.next(tail.wakes, stop.signal);
  stop.abort();
  await waiting;
  tail.wake();
  expect(forget).toHaveBeenCalledOnce();
});
