import { AppError } from '@lanner/core';
import { expect, test } from 'vitest';
import { serverOutput } from './alert-output.ts';

const message = { line: '{}', priority: 3 };

test('alerts of this machine wait for the disk, in order', async () => {
  const taken: (readonly string[])[] = [];
  const refusals = [new AppError('store.full', 'full'), new AppError('store.readonly', 'no'), null];
  let pauses = 0;
  const output = serverOutput(
    {
      takeAll(lines) {
        const refusal = refusals.shift() ?? null;
        if (refusal !== null) {
          return Promise.reject(refusal);
        }
        taken.push(lines);
        return Promise.resolve();
      },
    },
    () => {
      pauses++;
      return Promise.resolve();
    },
  );
  await output.send([message, message]);
  expect(taken).toEqual([['{}', '{}']]);
  expect(pauses).toBe(2);
});

test('closing ends the wait, and the batch counts as lost', async () => {
  const output = serverOutput(
    { takeAll: () => Promise.reject(new AppError('store.full', 'full')) },
    (_ms, signal) =>
      signal.aborted
        ? Promise.resolve()
        : new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
  );
  const sent = output.send([message]);
  await output.close();
  await expect(sent).rejects.toMatchObject({ code: 'store.full' });
});

test('what no later try would mend is told at once', async () => {
  const output = serverOutput({ takeAll: () => Promise.reject(new Error('a bug')) }, () =>
    Promise.reject(new Error()),
  );
  await expect(output.send([message])).rejects.toThrow('a bug');
});
