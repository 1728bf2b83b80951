import { expect, test } from 'vitest';
import { alerts, drain, SpoolPlace } from './testkit/spool-place.ts';

const here = new SpoolPlace();
const hour = 3_600_000;
const maxAgeMs = 24 * hour;

test('a clock that jumps ahead drops nothing, and in the end it is believed', async () => {
  let monotonicMs = 0;
  const spool = here.open({ maxAgeMs, monotonicMs: () => monotonicMs });
  await spool.append(alerts('before'));
  await spool.expire();
  here.nowMs += 1000 * hour;
  await spool.expire();
  await spool.append(alerts('after'));
  expect(spool.stats()).toMatchObject({ waiting: 2, droppedByAge: 0 });
  monotonicMs += 2 * hour;
  here.nowMs += 2 * hour;
  await spool.expire();
  expect(spool.stats().droppedByAge).toBeLessThanOrEqual(2);
  await spool.close();
});

test('one that is set back keeps everything', async () => {
  const spool = here.open({ maxAgeMs });
  await spool.append(alerts('before'));
  here.nowMs -= 500_000;
  await spool.append(alerts('after'));
  await spool.expire();
  expect(await drain(spool)).toEqual(['before', 'after']);
  await spool.close();
});

test('a start with a clock that is far ahead drops nothing', async () => {
  const first = here.open({ maxAgeMs });
  await first.append(alerts('before'));
  await first.close();
  here.nowMs += 1000 * hour;
  const spool = here.open({ maxAgeMs });
  await spool.expire();
  await spool.append(alerts('after'));
  expect(spool.stats().droppedByAge).toBe(0);
  expect(await drain(spool)).toEqual(['before', 'after']);
  await spool.close();
});
