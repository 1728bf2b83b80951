import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { openLink } from './link.ts';

interface Fake {
  readonly number: number;
}

/** A link that records what happens to its connections. */
function recorded(options: { connect?: () => Promise<Fake>; rejected?: (error: Error) => boolean } = {}) {
  const events: string[] = [];
  const losing: (() => void)[] = [];
  let made = 0;
  const link = openLink<Fake>({
    server: 'server h:1',
    timeoutMs: 40,
    secrets: ['s3cret'],
    connect: (lost) => {
      losing.push(lost);
      events.push(`connect ${++made}`);
      return options.connect?.() ?? Promise.resolve({ number: made });
    },
    end: ({ number }) => void events.push(`end ${number}`),
    ...(options.rejected === undefined ? {} : { rejected: options.rejected }),
  });
  return { link, events, losing };
}

test('a connection is made when needed, kept, and made anew after a failure', async () => {
  const { link, events } = recorded();
  expect(events).toEqual([]);
  await link.use(() => Promise.resolve());
  await link.use(() => Promise.resolve());
  await expect(link.use(() => Promise.reject(new Error('said s3cret\nto me')))).rejects.toMatchObject({
    code: 'output.failed',
    message: 'server h:1: said *** to me',
  });
  await link.use(() => Promise.resolve());
  await link.close();
  expect(events).toEqual(['connect 1', 'end 1', 'connect 2', 'end 2']);
});

test('one that ended by itself is made anew, and a late word of it does not hurt the next', async () => {
  const { link, events, losing } = recorded();
  await link.use(() => Promise.resolve());
  losing[0]?.();
  await link.use(() => Promise.resolve());
  losing[0]?.();
  await link.use(() => Promise.resolve());
  expect(events).toEqual(['connect 1', 'connect 2']);
});

test('a refused message costs no connection', async () => {
  const { link, events } = recorded({ rejected: ({ message }) => message === 'too large' });
  await expect(link.use(() => Promise.reject(new Error('too large')))).rejects.toMatchObject({
    code: 'output.rejected',
  });
  await expect(link.use(() => Promise.reject(new AppError('output.rejected', 'no')))).rejects.toMatchObject({
    code: 'output.rejected',
  });
  await link.use(() => Promise.resolve());
  expect(events).toEqual(['connect 1']);
});

test('connecting and using end in time; a connection that comes late is ended', async () => {
  let arrive: (fake: Fake) => void = () => undefined;
  const late = recorded({ connect: () => new Promise((resolve) => (arrive = resolve)) });
  await expect(late.link.use(() => Promise.resolve())).rejects.toMatchObject({ code: 'output.timeout' });
  arrive({ number: 7 });
  await new Promise((resolve) => setImmediate(resolve));
  expect(late.events).toEqual(['connect 1', 'end 7']);
  const stuck = recorded();
  await expect(stuck.link.use(() => new Promise(() => undefined))).rejects.toMatchObject({
    code: 'output.timeout',
    message: 'server h:1 did not answer within 40 ms',
  });
  expect(stuck.events).toEqual(['connect 1', 'end 1']);
});
