import { AppError, silentLog } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import type { AlertMessage, OpenDestination } from './destination.ts';
import { OutputHub } from './hub.ts';
import { DestinationQueue, type QueueOptions } from './queue.ts';

const message = (line: string): AlertMessage => ({ line, priority: 4 });

function recorder(delay?: () => Promise<void>): OpenDestination & { lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    async send(batch) {
      await delay?.();
      lines.push(...batch.map(({ line }) => line));
    },
    close: () => Promise.resolve(),
  };
}

function queueOf(
  destination: OpenDestination,
  options: Partial<Omit<QueueOptions, 'id'>> = {},
): DestinationQueue {
  return new DestinationQueue(destination, {
    id: 'test',
    capacity: 1000,
    maxBytes: 1 << 20,
    timeoutMs: 1000,
    log: silentLog,
    ...options,
  });
}

describe('a queue', () => {
  test('delivers everything in order', async () => {
    const target = recorder();
    const queue = queueOf(target, { capacity: 5000 });
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    lines.forEach((line) => {
      queue.push(message(line));
    });
    await queue.close(1000);
    expect(target.lines).toEqual(lines);
    expect(queue.stats()).toMatchObject({ delivered: 3000, dropped: 0, failed: 0, waiting: 0 });
  });

  test('drops what exceeds its capacity and counts each', async () => {
    const target = recorder();
    const queue = queueOf(target, { capacity: 10 });
    for (let i = 0; i < 25; i++) {
      queue.push(message(String(i)));
    }
    await queue.close(1000);
    expect(target.lines).toHaveLength(10);
    expect(queue.stats()).toMatchObject({ delivered: 10, dropped: 15 });
  });

  test('is bounded in bytes too', () => {
    const queue = queueOf(
      recorder(() => new Promise(() => undefined)),
      { maxBytes: 100 },
    );
    for (let i = 0; i < 30; i++) {
      queue.push(message('0123456789'));
    }
    expect(queue.stats()).toMatchObject({ waiting: 10, dropped: 20 });
  });

  test('counts what a failing destination refused, and reports once', async () => {
    const problems: string[] = [];
    const log = { ...silentLog, error: (text: string) => void problems.push(text) };
    const refusing: OpenDestination = {
      send: () => Promise.reject(new AppError('output.failed', 'refused')),
      close: () => Promise.resolve(),
    };
    const queue = queueOf(refusing, { log });
    for (let i = 0; i < 1000; i++) {
      queue.push(message('x'));
    }
    await queue.close(1000);
    expect(queue.stats()).toMatchObject({ delivered: 0, failed: 1000, dropped: 0 });
    expect(problems).toEqual(['output failed']);
  });

  test('a destination that hangs is reported after the time-out; the rest counts as dropped at the end', async () => {
    const problems: string[] = [];
    const log = { ...silentLog, error: (text: string) => void problems.push(text) };
    const queue = queueOf(
      recorder(() => new Promise(() => undefined)),
      { timeoutMs: 10, log },
    );
    for (let i = 0; i < 700; i++) {
      queue.push(message('x'));
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(queue.stats().stuck).toBe(true);
    expect(queue.wantsPause).toBe(false);
    await queue.close(20);
    expect(queue.stats()).toMatchObject({ delivered: 0, dropped: 700 });
    expect(problems).toEqual(['output takes longer than output_timeout']);
  });

  test('with patience waits for a destination that hangs, and loses nothing', async () => {
    let goOn = (): void => undefined;
    const reader = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const target = recorder(() => reader);
    const queue = queueOf(target, { capacity: 100, timeoutMs: 1, patience: new AbortController().signal });
    for (let i = 0; i < 50; i++) {
      queue.push(message(String(i)));
    }
    await expect.poll(() => queue.stats().stuck).toBe(true);
    for (let i = 50; i < 100; i++) {
      queue.push(message(String(i)));
    }
    expect(queue.wantsPause).toBe(true);
    const closed = queue.close(1);
    setTimeout(goOn, 50);
    await closed;
    expect(queue.stats()).toMatchObject({ delivered: 100, dropped: 0 });
  });

  test('whose patience ends gives up on a destination that hangs', async () => {
    const patience = new AbortController();
    const hanging = recorder(() => new Promise(() => undefined));
    const queue = queueOf(hanging, { capacity: 100, timeoutMs: 1, patience: patience.signal });
    for (let i = 0; i < 100; i++) {
      queue.push(message(String(i)));
    }
    await expect.poll(() => queue.stats().stuck).toBe(true);
    queue.push(message('one more'));
    const room = queue.room();
    const closed = queue.close(1);
    patience.abort();
    await room;
    await closed;
    expect(queue.stats()).toMatchObject({ delivered: 0, dropped: 101 });
  });

  test('asks a source that can wait to pause at half its capacity', async () => {
    const queue = queueOf(recorder(), { capacity: 100 });
    for (let i = 0; i < 50; i++) {
      queue.push(message('x'));
    }
    expect(queue.wantsPause).toBe(true);
    await queue.room();
    expect(queue.wantsPause).toBe(false);
  });
});

test('one hanging destination does not keep the others from getting everything', async () => {
  const good = recorder();
  const hub = new OutputHub(
    new Map([
      ['good', queueOf(good, { capacity: 100_000 })],
      [
        'hanging',
        queueOf(
          recorder(() => new Promise(() => undefined)),
          { capacity: 100, timeoutMs: 5 },
        ),
      ],
    ]),
  );
  for (let i = 0; i < 10_000; i++) {
    hub.send(message(String(i)));
  }
  await hub.close(50);
  expect(good.lines).toHaveLength(10_000);
  const hanging = hub.stats().get('hanging');
  expect((hanging?.delivered ?? 0) + (hanging?.dropped ?? 0) + (hanging?.failed ?? 0)).toBe(10_000);
});
