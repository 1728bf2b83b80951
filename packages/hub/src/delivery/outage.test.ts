// An hour in which a destination is down, by a clock that is moved on: what alerts and pauses come to, without waiting.
import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { AlertTail } from '../alert-tail.ts';
import type { EventMessage } from '../destination.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import { storedAlert } from '../testkit/stored-alert.ts';
import { Delivery } from './delivery.ts';

const perSecond = 50;
const hourS = 3600;
const retryAfterMs = 120_000;

/** A clock whose sleepers wake when it is moved on. */
class Clock {
  nowMs = 0;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push({ atMs: this.nowMs + ms, wake: resolve });
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }

  async moveOn(ms: number): Promise<void> {
    this.nowMs += ms;
    const due = this.#sleepers.filter(({ atMs }) => atMs <= this.nowMs);
    this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.nowMs);
    due.forEach(({ wake }) => {
      wake();
    });
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Receiver {
  readonly delivery: Delivery;
  /** Position of the last that came; every one is the next of the one before. */
  last: number;
  isInOrder: boolean;
  largestBatch: number;
  attempts: number;
}

async function receiver(clock: Clock, tail: AlertTail, isDown: () => Error | null): Promise<Receiver> {
  const store: Pick<DeliveryStore, 'open' | 'advance'> = {
    open: (destination) =>
      Promise.resolve({ destination, position: 0, delivered: 0, deadLetters: 0, lost: 0 }),
    advance: () => Promise.resolve(),
  };
  const result: Omit<Receiver, 'delivery'> = { last: 0, isInOrder: true, largestBatch: 0, attempts: 0 };
  const delivery = new Delivery({
    name: 'd',
    audience: 'machines',
    minPriority: null,
    tail,
    store: store as DeliveryStore,
    timeoutMs: 30_000,
    log: silentLog,
    now: () => clock.nowMs,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    random: () => 0,
    onResult: () => undefined,
    open: () =>
      Promise.resolve({
        send: (batch) => {
          const failure = isDown();
          all.attempts++;
          all.largestBatch = Math.max(all.largestBatch, batch.length);
          if (failure !== null) {
            return Promise.reject(failure);
          }
          // What the server delivers has its event.
          for (const { event } of batch as readonly EventMessage[]) {
            all.isInOrder &&= Number(event.uuid) === all.last + 1;
            all.last = Number(event.uuid);
          }
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
      }),
  });
  const all: Receiver = { ...result, delivery };
  await delivery.start();
  return all;
}

async function outage(
  failure: Error,
): Promise<{ down: Receiver; up: Receiver; duringUp: number; count: number }> {
  const clock = new Clock();
  let count = 0;
  let isDown = true;
  const tail = await AlertTail.open({
    lastPosition: () => Promise.resolve(0),
    after: (position, limit) =>
      Promise.resolve(
        Array.from({ length: Math.max(0, Math.min(limit, count - position)) }, (_, i) =>
          storedAlert(position + i + 1),
        ),
      ),
  });
  const down = await receiver(clock, tail, () => (isDown ? failure : null));
  const up = await receiver(clock, tail, () => null);
  let largestLag = 0;
  for (let second = 0; second < hourS; second++) {
    count += perSecond;
    tail.wake();
    await clock.moveOn(1000);
    largestLag = Math.max(largestLag, count - up.last);
  }
  expect(down.last).toBe(0);
  expect(largestLag).toBeLessThanOrEqual(perSecond);
  isDown = false;
  const duringUp = up.last;
  for (let second = 0; second < 600 && down.last < count; second++) {
    await clock.moveOn(1000);
  }
  for (let i = 0; i < 2000 && down.last < count; i++) {
    await settled();
  }
  await Promise.all([down.delivery.close(0), up.delivery.close(0)]);
  return { down, up, duringUp, count };
}

test('a destination that was down for an hour gets everything in order, and the others notice nothing', async () => {
  const { down, up, duringUp, count } = await outage(new Error('away'));
  expect(count).toBe(180_000);
  expect(duringUp).toBe(count);
  expect([down.last, down.isInOrder]).toEqual([count, true]);
  expect([up.last, up.isInOrder]).toEqual([count, true]);
  // Nothing is piled up in memory meanwhile: no more than a batch is ever read.
  expect(down.largestBatch).toBeLessThanOrEqual(256);
});

test('a destination that says how long it wants to be left alone is left alone', async () => {
  const asks = new AppError('output.failed', 'slow down', { details: { status: 429, retryAfterMs } });
  const { down, count } = await outage(asks);
  expect([down.last, down.isInOrder]).toEqual([count, true]);
  const patient = down.attempts;
  const hasty = (await outage(new Error('away'))).down.attempts;
  expect(patient).toBeLessThan(hasty);
});
