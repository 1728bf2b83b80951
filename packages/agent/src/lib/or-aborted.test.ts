import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { orAborted } from './or-aborted.ts';

test('ends with what is waited for, and leaves nothing on the signal', async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 3; i++) {
    await orAborted(Promise.resolve(), signal);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  }
});

test('ends with the signal, also one that was aborted before', async () => {
  const controller = new AbortController();
  const never = new Promise<void>(() => undefined);
  const waiting = orAborted(never, controller.signal);
  controller.abort();
  await waiting;
  await orAborted(never, controller.signal);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
