import { AppError } from '@lanner/core';
import { expect, test, vi } from 'vitest';
import { secret, settings, startBench } from './testkit/engine-bench.ts';
import { startSession } from './testkit/live-session.ts';
import { programOf } from './testkit/programs.ts';

test('across threads: rules, running processes, alerts under the name of their rule, and the end', async () => {
  const bench = startBench();
  const { session, alerts } = startSession(bench);
  await session.exchange(programOf(secret));
  await session.open(settings);
  expect(bench.engine.state.thread(process.pid)?.exePath).toBe(process.execPath);
  bench.open('/secret');
  await session.addToScope(7);
  expect(bench.source.scope).toEqual([7]);
  bench.open('/secret');
  const figures = await session.stop();
  expect(figures.events).toBe(2);
  expect(alerts).toHaveLength(2);
  expect(alerts[0]).toContain('Secret: ');
  expect(bench.source.closed).toBe(true);
});

test('after the start and after a reload, both threads give back what only those needed', async () => {
  const bench = startBench();
  const own = { count: 0 };
  const { session } = startSession(bench, {
    settleMs: 0,
    collectGarbage: () => {
      own.count++;
    },
  });
  await session.exchange(programOf(secret));
  await session.open(settings);
  await vi.waitFor(() => {
    expect(bench.source.released).toBe(1);
  });
  // The kernel has the filter by then: working it out is part of the start.
  expect(bench.source.filters.at(-1)).not.toBeNull();
  await session.exchange(programOf(secret));
  await vi.waitFor(() => {
    expect(bench.source.released).toBe(2);
  });
  expect([own.count, bench.collected.count]).toEqual([2, 2]);
  await session.stop();
});

test('a sensor that was made ready and never opened is closed at the end', async () => {
  const bench = startBench();
  const { session } = startSession(bench);
  await session.prepare(settings);
  await session.stop();
  await vi.waitFor(() => {
    expect(bench.source.closed).toBe(true);
  });
});

test('what fails while the sensor is made ready is told when it is opened', async () => {
  const bench = startBench();
  bench.ready.fails = new AppError('sensor.unavailable', 'no BTF');
  const { session } = startSession(bench);
  await session.prepare(settings);
  await session.exchange(programOf(secret));
  await expect(session.open(settings)).rejects.toMatchObject({ code: 'sensor.unavailable' });
  await session.stop();
});

test('what is refused in the other thread is refused here, in the same words', async () => {
  const { session } = startSession(startBench());
  await session.exchange(programOf(secret));
  const base = { customSet: ['opnat'], repair: false, all: false };
  await expect(session.open({ ...settings, base })).rejects.toMatchObject({
    code: 'config.invalid',
    hint: 'Did you mean openat?',
  });
  await session.stop();
});
