import type { SpoolItem } from '@lanner/agent';
import { AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import { spoolOutput } from './spool-output.ts';

test('alerts go into the spool as they were printed', async () => {
  const spooled: SpoolItem[] = [];
  const output = spoolOutput(
    {
      append: (items) => {
        spooled.push(...items);
        return Promise.resolve(items.length);
      },
    },
    silentLog,
  );
  await output.send([
    { line: '{"rule":"a"}', priority: 3 },
    { line: '{"rule":"ü"}', priority: 4, inside: '{"facts":{}}' },
  ]);
  expect(spooled).toEqual([
    { kind: 'alert', payload: '{"rule":"a"}' },
    { kind: 'alert', payload: '{"rule":"ü"}\n{"facts":{}}' },
  ]);
});

test('alerts that the disk does not take are told, and count as failed', async () => {
  const full = new AppError('store.full', 'The disk of the spool is full');
  const told: unknown[] = [];
  const log = { ...silentLog, error: (message: string, details: unknown) => told.push([message, details]) };
  const output = spoolOutput({ append: () => Promise.reject(full) }, log);
  await expect(output.send([{ line: '{}', priority: 3 }])).rejects.toBe(full);
  expect(told).toEqual([['alerts could not be spooled, and are lost', { alerts: 1, reason: full.message }]]);
});
