import type { StoredAlert } from '@lanner/api';
import { AppError, silentLog } from '@lanner/core';
import { expect, test, vi } from 'vitest';
import { AlertTail } from '../alert-tail.ts';
import type { AlertMessage } from '../destination.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import { storedAlert as alert } from '../testkit/stored-alert.ts';
import { backoffMs, patienceMs } from './backoff.ts';
import { HourlyBudget } from './hourly-budget.ts';
import { Delivery, type DeliveryOptions } from './delivery.ts';

type Send = (batch: readonly AlertMessage[], delivered: (count: number) => void) => Promise<void>;

interface Bench {
  readonly delivery: Delivery;
  readonly add: (...alerts: StoredAlert[]) => void;
  readonly positions: number[];
  readonly buried: number[];
  readonly pauses: number[];
  readonly opened: () => number;
  readonly results: { ok: number; error: number };
}

async function bench(
  send: Send,
  {
    bury,
    opens,
    ...options
  }: Partial<DeliveryOptions> &
    Partial<Pick<DeliveryStore, 'bury'>> & {
      /** Instead of opening it, unless it gives null. */
      readonly opens?: () => Promise<never> | null;
    } = {},
): Promise<Bench> {
  const stored: StoredAlert[] = [];
  const positions: number[] = [];
  const buried: number[] = [];
  const pauses: number[] = [];
  const results = { ok: 0, error: 0 };
  let opened = 0;
  const tail = await AlertTail.open({
    lastPosition: () => Promise.resolve(0),
    after: (position, limit) =>
      Promise.resolve(stored.filter((each) => each.position > position).slice(0, limit)),
  });
  const store: DeliveryStore = {
    open: (destination) =>
      Promise.resolve({ destination, position: 0, delivered: 0, deadLetters: 0, lost: 0 }),
    advance: (_destination, position) => {
      positions.push(position);
      return Promise.resolve();
    },
    bury: async (...letter) => {
      await bury?.(...letter);
      buried.push(letter[1]);
    },
    deadLetters: () => Promise.resolve([]),
    forget: () => Promise.resolve(0),
    states: () => Promise.resolve([]),
  };
  const delivery = new Delivery({
    name: 'test',
    audience: 'machines',
    minPriority: null,
    tail,
    store,
    timeoutMs: 50_000,
    log: silentLog,
    now: () => 0,
    // Pauses pass at once; only the watchdog's are never over by themselves.
    sleep: (ms, signal) => {
      if (ms === 50_000) {
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
      }
      pauses.push(ms);
      return Promise.resolve();
    },
    random: () => 0,
    onResult: (status, count) => {
      results[status] += count;
    },
    ...options,
    open: () => {
      opened++;
      return (
        opens?.() ??
        Promise.resolve({
          send: (batch, delivered = () => undefined) => send(batch, delivered),
          close: () => Promise.resolve(),
        })
      );
    },
  });
  await delivery.start();
  return {
    delivery,
    positions,
    buried,
    pauses,
    results,
    opened: () => opened,
    add(...alerts) {
      stored.push(...alerts);
      tail.wake();
    },
  };
}

const idOf = ({ event }: AlertMessage): string => event?.uuid ?? '';

test('a destination that people have to mend is told of at the start, before there is any alert', async () => {
  const lines: string[] = [];
  const { delivery } = await bench(() => Promise.resolve(), {
    log: { ...silentLog, error: (...line) => void lines.push(JSON.stringify(line)) },
    opens: () =>
      Promise.reject(new AppError('config.invalid', 'slack.webhookurl: no address', { hint: 'Mend it.' })),
  });
  await vi.waitFor(() => {
    expect(lines).toEqual([
      '["destination is not configured rightly; its alerts wait",{"destination":"test","reason":"slack.webhookurl: no address","hint":"Mend it."}]',
    ]);
  });
  expect(delivery.status().lastError).toBe('slack.webhookurl: no address');
  await delivery.close(0);
});

test('a destination that refuses everything says so, in a line for the first and for each hundred', async () => {
  const lines: unknown[] = [];
  const { delivery, add, buried } = await bench(
    () => Promise.reject(new AppError('output.rejected', 'answered 400')),
    { log: { ...silentLog, error: (_message, details) => void lines.push(details?.['refused']) } },
  );
  add(...Array.from({ length: 250 }, (_, index) => alert(index + 1)));
  await vi.waitFor(() => {
    expect(buried).toHaveLength(250);
  });
  expect(lines).toEqual([1, 100, 200]);
  expect(delivery.status().lastError).toBe('answered 400');
  await delivery.close(0);
});

test('one that is only away at the start is not told of: it is asked when there is an alert', async () => {
  let away = true;
  const got: string[] = [];
  const { delivery, add } = await bench(
    (batch) => {
      got.push(...batch.map(idOf));
      return Promise.resolve();
    },
    {
      log: { ...silentLog, error: () => expect.fail('nothing is wrong yet') },
      opens: () => (away ? Promise.reject(new AppError('output.failed', 'away')) : null),
    },
  );
  away = false;
  add(alert(1));
  await vi.waitFor(() => {
    expect(got).toHaveLength(1);
  });
  await delivery.close(0);
});

test('everything arrives in order, whatever fails in between', async () => {
  const got: string[] = [];
  let calls = 0;
  const { delivery, add, positions, results, pauses } = await bench((batch, delivered) => {
    calls++;
    // Every third attempt fails after half of its batch.
    const ends = calls % 3 === 0 ? Math.floor(batch.length / 2) : batch.length;
    batch.slice(0, ends).forEach((message, index) => {
      got.push(idOf(message));
      delivered(index + 1);
    });
    return ends === batch.length ? Promise.resolve() : Promise.reject(new Error('away'));
  });
  for (let i = 0; i < 20; i++) {
    add(...Array.from({ length: 50 }, (_, k) => alert(i * 50 + k + 1)));
    await vi.waitUntil(() => positions.at(-1) === (i + 1) * 50);
  }
  expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => String(i + 1)));
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(results.ok).toBeGreaterThan(0);
  expect(pauses.length).toBe(results.error);
  await delivery.close(1000);
  expect(delivery.status().state).toBe('stopped');
});

test('people are told of what is not held back and urgent enough; machines get it all', async () => {
  const alerts = [alert(1, 'Debug'), alert(2, 'Error', 'known'), alert(3, 'Critical'), alert(4, 'Error')];
  const got: string[] = [];
  const send: Send = (batch) => {
    got.push(...batch.map(idOf));
    return Promise.resolve();
  };
  const people = await bench(send, { audience: 'people', minPriority: 'Error' });
  people.add(...alerts);
  await vi.waitUntil(() => people.positions.at(-1) === 4);
  expect(got).toEqual(['3', '4']);
  await people.delivery.close(0);
  got.length = 0;
  const machines = await bench(send, { audience: 'machines' });
  machines.add(...alerts);
  await vi.waitUntil(() => machines.positions.at(-1) === 4);
  expect(got).toEqual(['1', '2', '3', '4']);
  await machines.delivery.close(0);
});

test('what is refused for good is buried, and the rest goes on', async () => {
  const got: string[] = [];
  const { delivery, add, buried, positions } = await bench((batch, delivered) => {
    for (const [index, message] of batch.entries()) {
      if (idOf(message) === '2') {
        return Promise.reject(new AppError('output.rejected', 'too large'));
      }
      got.push(idOf(message));
      delivered(index + 1);
    }
    return Promise.resolve();
  });
  add(alert(1), alert(2), alert(3));
  await vi.waitUntil(() => positions.at(-1) === 3);
  expect(got).toEqual(['1', '3']);
  expect(buried).toEqual([2]);
  await delivery.close(0);
});

test('what is refused is tried again when it cannot be buried', async () => {
  let burials = 0;
  const { delivery, add, buried, positions, pauses } = await bench(
    () => Promise.reject(new AppError('output.rejected', 'too large')),
    {
      bury: () =>
        ++burials === 1 ? Promise.reject(new AppError('store.full', 'the disk is full')) : Promise.resolve(),
    },
  );
  add(alert(1));
  await vi.waitUntil(() => positions.at(-1) === 1);
  expect([buried, pauses.length]).toEqual([[1], 1]);
  await delivery.close(0);
});

test('one that hangs is given up and opened anew', async () => {
  let calls = 0;
  const { delivery, add, opened, positions } = await bench(
    () => (++calls === 1 ? new Promise(() => undefined) : Promise.resolve()),
    { timeoutMs: 1 },
  );
  add(alert(1));
  await vi.waitUntil(() => positions.at(-1) === 1);
  expect(opened()).toBe(2);
  await delivery.close(0);
});

test('while it fails, one alert at a time is tried, and a pause can be ended', async () => {
  const sizes: number[] = [];
  let works = false;
  const { delivery, add, positions } = await bench(
    (batch) => {
      sizes.push(batch.length);
      return works ? Promise.resolve() : Promise.reject(new Error('away'));
    },
    {
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        }),
    },
  );
  add(alert(1), alert(2), alert(3));
  await vi.waitUntil(() => delivery.status().state === 'waiting');
  expect(delivery.status()).toMatchObject({ failures: 1, lastError: 'away', nextAttemptMs: 1000 });
  works = true;
  delivery.retryNow();
  await vi.waitUntil(() => positions.at(-1) === 3);
  expect(sizes).toEqual([3, 1, 2]);
  await delivery.close(0);
});

test('pauses double up to five minutes and differ by chance', () => {
  expect([1, 2, 3, 9, 10, 1000].map((failures) => backoffMs(failures, 0))).toEqual([
    1000, 2000, 4000, 256_000, 300_000, 300_000,
  ]);
  expect(backoffMs(3, 1)).toBe(2000);
});

test('a destination that asks for more patience gets it, up to an hour', () => {
  const asking = (retryAfterMs: unknown): AppError =>
    new AppError('output.failed', 'slow down', { details: { retryAfterMs } });
  expect(patienceMs(1000, asking(7000))).toBe(7000);
  expect(patienceMs(8000, asking(7000))).toBe(8000);
  expect(patienceMs(1000, asking(1e12))).toBe(3_600_000);
  expect(patienceMs(1000, asking('soon'))).toBe(1000);
  expect(patienceMs(1000, new Error('away'))).toBe(1000);
});

test('a destination for people is told of so many alerts in an hour, and of all critical ones', async () => {
  const got: string[] = [];
  const clock = { ms: 0 };
  const alerts = Array.from({ length: 8 }, (_, i) => alert(i + 1, i === 6 ? 'Critical' : 'Error'));
  const { delivery, add, positions } = await bench(
    (batch) => {
      got.push(...batch.map(idOf));
      return Promise.resolve();
    },
    { audience: 'people', hourlyBudget: 3, now: () => clock.ms },
  );
  add(...alerts);
  await vi.waitUntil(() => positions.at(-1) === 8);
  expect(got).toEqual(['1', '2', '3', '7']);
  expect(delivery.status().overBudget).toBe(4);
  clock.ms = 3_600_000;
  add(alert(9));
  await vi.waitUntil(() => positions.at(-1) === 9);
  expect(got.at(-1)).toBe('9');
  await delivery.close(0);
});

test('what fails spends nothing of the budget', async () => {
  const got: string[] = [];
  let calls = 0;
  const { delivery, add, positions } = await bench(
    (batch) => {
      calls++;
      if (calls <= 5) {
        return Promise.reject(new Error('away'));
      }
      got.push(...batch.map(idOf));
      return Promise.resolve();
    },
    { audience: 'people', hourlyBudget: 2 },
  );
  add(alert(1), alert(2), alert(3));
  await vi.waitUntil(() => positions.at(-1) === 3);
  expect(got).toEqual(['1', '2']);
  await delivery.close(0);
});

test('a budget begins anew with each hour', () => {
  const budget = new HourlyBudget(5);
  budget.spend(4, 10);
  expect(budget.left(20)).toBe(1);
  budget.spend(4, 30);
  expect(budget.left(40)).toBe(0);
  expect(budget.left(3_600_000)).toBe(5);
});
