import { type AppError, silentLog } from '@lanner/core';
import { expect, test } from 'vitest';
import type { InternalMessage } from '../live/internal-alerts.ts';
import { DropMonitor, type DropSettings } from './drops.ts';

const settings: DropSettings = {
  threshold: 0.1,
  actions: ['log', 'alert'],
  rate: 0.5,
  maxBurst: 1,
  simulate: false,
};

function counted(events: number, drops: number): Parameters<DropMonitor['note']>[0] {
  return { events, drops, bugDrops: 0, pageFaultDrops: 0, scratchMapDrops: 0, bufferDrops: { open: drops } };
}

function start(changes: Partial<DropSettings> = {}): {
  monitor: DropMonitor;
  sent: InternalMessage[];
  logged: string[];
  failures: AppError[];
} {
  const sent: InternalMessage[] = [];
  const logged: string[] = [];
  const failures: AppError[] = [];
  const monitor = new DropMonitor(
    { ...settings, ...changes },
    {
      send: (message) => sent.push(message),
      log: { ...silentLog, error: (message) => void logged.push(message) },
      fail: (error) => failures.push(error),
    },
  );
  return { monitor, sent, logged, failures };
}

test('losses beyond the threshold are logged and told as an alert, with the counts of the last second', () => {
  const { monitor, sent, logged } = start();
  monitor.note(counted(1000, 0), 1000);
  monitor.note(counted(2000, 100), 2000);
  expect(sent).toEqual([]);
  monitor.note(counted(3000, 301), 3000);
  const text = 'Falco internal: syscall event drop. 201 system calls dropped in last second.';
  expect(logged).toEqual([text]);
  expect(sent).toMatchObject([
    {
      ts: 3_000_000_000n,
      rule: 'Falco internal: syscall event drop',
      priority: 'Debug',
      output: text,
      fields: { n_evts: '1000', n_drops: '201', n_drops_buffer_open_exit: '201', ebpf_enabled: '1' },
    },
  ]);
});

test('actions are limited in rate; what was lost meanwhile is not told again', () => {
  const { monitor } = start();
  for (let second = 1; second <= 8; second++) {
    monitor.note(counted(second * 100, second * 50), second * 1000);
  }
  // One at once, then one every two seconds.
  expect(monitor.acted).toBe(4);
});

test('exit ends the run, ignore does nothing', () => {
  const ends = start({ actions: ['exit'] });
  ends.monitor.note(counted(10, 10), 1000);
  expect(ends.failures.map(({ code }) => code)).toEqual(['sensor.drops']);
  const ignores = start({ actions: ['ignore'] });
  ignores.monitor.note(counted(10, 10), 1000);
  expect([ignores.sent, ignores.logged, ignores.failures]).toEqual([[], [], []]);
});

test('losses can be simulated', () => {
  const { monitor, sent } = start({ simulate: true });
  monitor.note(counted(10, 0), 1000);
  expect(sent).toHaveLength(1);
});
