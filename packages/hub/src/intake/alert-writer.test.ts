import type { NewAlert } from '@lanner/api';
import { AppError, type ErrorCode, type Log, silentLog } from '@lanner/core';
import { beforeEach, expect, test } from 'vitest';
import { Calm } from '../calm/calm.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { sampleAlerts } from '../testkit/sample-alerts.ts';
import { AlertWriter } from './alert-writer.ts';

const [alert = {} as NewAlert, ...others] = sampleAlerts(5);
let fails: ErrorCode | null = null;
let nowMs = 0;
let stored: (string | null)[] = [];
let lines: unknown[] = [];

// Only what the writer and its holder use.
const alerts = {
  append(_alerts, held) {
    if (fails !== null) {
      return Promise.reject(new AppError(fails, 'The disk refuses'));
    }
    stored.push(...held);
    return Promise.resolve({ stored: held.length, lastPosition: stored.length });
  },
  seen: () => Promise.resolve(new Map()),
} as Pick<AlertStore, 'append' | 'seen'> as AlertStore;

const log: Log = {
  ...silentLog,
  error: (message, details) => void lines.push([message, details?.['alerts']]),
};

function open(maxPending = 10): AlertWriter {
  const holder = new Calm(
    { quietMs: 1000, hourlyBudget: 1, mutedUntilMs: 0 },
    { matching: () => null },
    alerts,
  );
  return new AlertWriter({
    alerts,
    tail: { wake: () => undefined },
    holder,
    now: () => nowMs,
    maxPending,
    log,
  });
}

beforeEach(() => {
  [fails, nowMs, stored, lines] = [null, 0, [], []];
});

test('people are told of an alert that comes again after the disk had refused it', async () => {
  const writer = open();
  fails = 'store.full';
  for (let i = 0; i < 3; i++) {
    await expect(writer.write([alert])).rejects.toMatchObject({ code: 'store.full' });
  }
  fails = null;
  await writer.write([alert]);
  await writer.write([alert]);
  expect(stored).toEqual([null, 'known']);
});

test.each([
  ['store.full', 'full'],
  ['store.readonly', 'readonly'],
  ['store.failed', 'failed'],
] as const)('what is refused by %s is counted, and told now and then', async (code, reason) => {
  const writer = open();
  fails = code;
  for (const more of [1, 2, 3]) {
    await writer.write(others.slice(0, more)).catch(() => undefined);
  }
  expect(writer.refused).toEqual({ busy: 0, full: 0, readonly: 0, failed: 0, [reason]: 6 });
  const message = 'alerts were not taken; whoever sent them still has them';
  expect(lines).toEqual([[message, 1]]);
  nowMs = -3_600_000;
  await writer.write([alert]).catch(() => undefined);
  expect(lines).toEqual([
    [message, 1],
    [message, 6],
  ]);
});

test('too many that wait are refused, and counted', async () => {
  const writer = open(0);
  await expect(writer.write([alert])).rejects.toMatchObject({ code: 'server.busy' });
  expect(writer.refused.busy).toBe(1);
});
