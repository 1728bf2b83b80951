import { expect, test } from 'vitest';
import { orEarly, unlessAborted } from './unless-aborted.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('a step gives what it gives, and fails as it fails', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(signal, () => Promise.resolve(7))).toBe(7);
  await expect(unlessAborted(signal, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('a step that never ends is left when the signal is aborted', async () => {
  const stop = new AbortController();
  const waiting = unlessAborted(stop.signal, never);
  stop.abort();
  await expect(waiting).rejects.toBe(stop.signal.reason);
});

test('a step that fails after it was left is nobody’s failure', async () => {
  const stop = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const waiting = unlessAborted(stop.signal, () => promise);
  stop.abort();
  await expect(waiting).rejects.toBe(stop.signal.reason);
  // An unhandled rejection would fail the run of this file.
  reject(new Error('later'));
});

test('after the signal no step begins', async () => {
  let begun = 0;
  await expect(
    unlessAborted(AbortSignal.abort(), () => {
      begun++;
      return Promise.resolve();
    }),
  ).rejects.toThrow();
  expect(begun).toBe(0);
});

test('the end by a signal is told apart from failures', async () => {
  const stop = new AbortController();
  const failed = orEarly(stop.signal, 0, () => Promise.reject(new Error('broken')));
  await expect(failed).rejects.toThrow('broken');
  const waiting = orEarly(stop.signal, 0, () => unlessAborted(stop.signal, never));
  stop.abort();
  expect(await waiting).toBe(0);
  await expect(orEarly(stop.signal, 0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await orEarly(stop.signal, 0, () => Promise.resolve(3))).toBe(3);
});
