import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { InternalMessage } from '../live/internal-alerts.ts';
import { SelftestSchedule, type SelftestResult } from './schedule.ts';

const well: SelftestResult = { seen: 50, missing: [], latencyMs: { p50: 2, p99: 14 } };
const blind: SelftestResult = { seen: 49, missing: ['open-read'], latencyMs: { p50: 2, p99: 20 } };

interface Bench {
  readonly schedule: SelftestSchedule;
  readonly told: InternalMessage[];
  readonly pauses: number[];
  /** Resolves when all results have been used up. */
  readonly over: Promise<void>;
}

/** A schedule whose runs end as the list says, one after the other. */
function benchOf(results: readonly (SelftestResult | Error)[]): Bench {
  const told: InternalMessage[] = [];
  const pauses: number[] = [];
  const left = [...results];
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const schedule = new SelftestSchedule({
    run: () => {
      const result = left.shift() as SelftestResult | Error;
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
    everyMs: 3_600_000,
    now: () => 1_700_000_000_000,
    pause: (ms, signal) => {
      pauses.push(ms);
      if (left.length > 0) {
        return Promise.resolve();
      }
      end();
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
    },
    tell: (message) => told.push(message),
    log: silentLog,
  });
  return { schedule, told, pauses, over };
}

function valuesOf(schedule: SelftestSchedule, name: string): readonly number[] {
  const family = schedule.families().find((each) => each.name === name);
  return family?.samples.map(({ value }) => Number(value)) ?? [];
}

test('it runs at once and then again and again; what is seen is not told as an alert', async () => {
  const { schedule, told, pauses, over } = benchOf([well, well, well]);
  expect(valuesOf(schedule, 'lanner_selftest_last_timestamp_seconds')).toEqual([0]);
  schedule.start();
  await over;
  expect(pauses).toEqual([3_600_000, 3_600_000, 3_600_000]);
  expect(told).toEqual([]);
  expect(schedule.problem).toBeNull();
  expect(valuesOf(schedule, 'lanner_selftest_runs_total')).toEqual([3]);
  expect(valuesOf(schedule, 'lanner_selftest_behaviours')).toEqual([50, 0]);
  expect(valuesOf(schedule, 'lanner_selftest_latency_p99_seconds')).toEqual([0.014]);
  expect(valuesOf(schedule, 'lanner_selftest_last_timestamp_seconds')).toEqual([1_700_000_000]);
  await schedule.close();
});

test('what is not seen is an alert and a problem, until it is seen again', async () => {
  const first = benchOf([blind]);
  first.schedule.start();
  await first.over;
  expect(first.schedule.problem).toBe('The self-test did not see 1 of 50 behaviours: open-read.');
  expect(first.told).toEqual([
    {
      ts: 1_700_000_000_000_000_000n,
      rule: 'Lanner internal: self-test',
      priority: 'Warning',
      output: 'Lanner internal: self-test. The self-test did not see 1 of 50 behaviours: open-read.',
      fields: { 'selftest.missing': ['open-read'] },
    },
  ]);
  await first.schedule.close();
  const second = benchOf([blind, well]);
  second.schedule.start();
  await second.over;
  expect(second.schedule.problem).toBeNull();
  await second.schedule.close();
});

test('one that cannot run is an alert, too, and the next one is tried', async () => {
  const { schedule, told, over } = benchOf([new AppError('sensor.failed', 'no permission'), well]);
  schedule.start();
  await over;
  expect(told.map(({ output }) => output)).toEqual([
    'Lanner internal: self-test. The self-test could not run: no permission',
  ]);
  expect(valuesOf(schedule, 'lanner_selftest_failures_total')).toEqual([1]);
  expect(schedule.problem).toBeNull();
  await schedule.close();
});

test('one that is ended in the middle of a run says nothing', async () => {
  const told: InternalMessage[] = [];
  const schedule = new SelftestSchedule({
    run: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      }),
    everyMs: 1,
    now: () => 0,
    pause: () => Promise.resolve(),
    tell: (message) => told.push(message),
    log: silentLog,
  });
  schedule.start();
  await schedule.close();
  expect([told, schedule.problem]).toEqual([[], null]);
});
