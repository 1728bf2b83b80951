import { AppError } from '@lanner/core';
import { openMemoryStore } from '@lanner/hub/testkit';
import { expect, test, vi } from 'vitest';
import type { TerminalView } from '../lib/terminal-view.ts';
import { testEnvironment } from '../testkit/environment.ts';
import type { RunningServer } from './open-server.ts';
import { startSummary } from './summary.ts';

test('a store that cannot answer is told of, and the summary goes on', async () => {
  const store = await openMemoryStore({ now: () => 0 });
  let isBroken = true;
  vi.spyOn(store, 'health').mockImplementation(() =>
    isBroken
      ? Promise.reject(new AppError('store.failed', 'the disk\u001b[2J is gone'))
      : Promise.resolve({ state: 'degraded', reason: 'slow', bytes: 0, alerts: 0 } as never),
  );
  const server = {
    store,
    tail: { wakes: 0, after: () => Promise.resolve([]) },
    destinations: { statuses: () => [] },
  } as unknown as RunningServer;
  const shown: string[] = [];
  const view: Pick<TerminalView, 'write' | 'show'> = {
    write: () => undefined,
    show: (lines) => shown.push(lines.join('\n')),
  };
  const parts = { sensor: null, scanning: null, notes: [] };
  const summary = startSummary(server, view as TerminalView, () => parts, testEnvironment());
  await vi.waitUntil(() => shown.length === 1);
  expect(shown[0]).toBe('Store     cannot be asked: the disk\ufffd[2J is gone');
  isBroken = false;
  await summary.close();
  expect(shown.at(-1)).toContain('Store     degraded: slow');
});
