import { AppError } from '@lanner/core';
import { EventView } from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { blankState } from './blank-state.ts';
import { CaptureLog } from './capture-log.ts';
import { joinBytes, rawEvent, rawSection, rawThreads } from './raw-capture.ts';
import { replayCapture, type ReplayOptions } from './replay.ts';
import { sampleThread } from './sample-capture.ts';

const event = rawEvent(0x216, eventBytes('SYSCALL_CLOSE_X', [0, 3], { tid: 42 }));
const head = joinBytes(rawSection(), rawThreads(9, [sampleThread()]));

/** More than a stream reads ahead, so that it stays a chunk of its own. */
const many = joinBytes(...Array.from({ length: 5000 }, () => event));

async function* inChunks(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    await Promise.resolve();
    yield chunk;
  }
}

function options(onEvent: (event: EventView) => unknown): ReplayOptions & { sink: CaptureLog } {
  return { event: new EventView(blankState), sink: new CaptureLog(), onEvent };
}

test('records come before events, and events in their order', async () => {
  const seen: string[] = [];
  const base = options(({ tid, size }) => seen.push(`${tid}/${size}/${base.sink.threads.length}`));
  const result = await replayCapture(inChunks(head, event, event), base);
  expect([result.events, result.complete, seen]).toEqual([2, true, ['42/46/1', '42/46/1']]);
  expect(result.reader.offset).toBe(head.length + 2 * event.length);
});

test('the consumer can end the replay', async () => {
  let seen = 0;
  const result = await replayCapture(
    inChunks(joinBytes(head, event, event, event)),
    options(() => ++seen < 2),
  );
  expect([result.events, result.complete, seen]).toEqual([2, false, 2]);
});

test('a signal ends the replay between chunks', async () => {
  const controller = new AbortController();
  const result = await replayCapture(inChunks(head, many, many), {
    ...options(() => controller.abort()),
    signal: controller.signal,
  });
  expect([result.events, result.complete]).toEqual([5000, false]);
});

test('slow consumers are waited for between chunks', async () => {
  let events = 0;
  const eventsAtWaits: number[] = [];
  await replayCapture(inChunks(head, many, many), {
    ...options(() => events++),
    onPause: async () => {
      const before = events;
      await new Promise((resolve) => setImmediate(resolve));
      expect(events).toBe(before);
      eventsAtWaits.push(events);
    },
  });
  expect(eventsAtWaits.slice(-2)).toEqual([5000, 10_000]);
});

test('a consumer that is full is waited for before the next event', async () => {
  let events = 0;
  const eventsAtWaits: number[] = [];
  const result = await replayCapture(inChunks(head, many), {
    ...options(() => (++events % 1000 === 0 ? 'pause' : undefined)),
    onPause: async () => {
      const before = events;
      await new Promise((resolve) => setImmediate(resolve));
      expect(events).toBe(before);
      eventsAtWaits.push(events);
    },
  });
  expect([result.events, result.complete]).toEqual([5000, true]);
  expect(eventsAtWaits).toEqual(expect.arrayContaining([1000, 2000, 3000, 4000, 5000]));
});

test('damage ends the replay after what comes before it', async () => {
  let seen = 0;
  const replay = replayCapture(
    inChunks(joinBytes(head, event, event.subarray(0, 20))),
    options(() => seen++),
  );
  await expect(replay).rejects.toThrow('ends within a block');
  expect(seen).toBe(1);
});

test('an error names the file', async () => {
  const error: unknown = await replayCapture(
    '/nowhere/none.scap',
    options(() => undefined),
  ).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: 'file.read', details: { path: '/nowhere/none.scap' } });
});

test('an error of the consumer is its own', async () => {
  const failing = options(() => {
    throw new TypeError('mine');
  });
  await expect(replayCapture(inChunks(joinBytes(head, event)), failing)).rejects.toThrow(TypeError);
});
