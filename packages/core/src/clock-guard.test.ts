import { beforeEach, expect, test } from 'vitest';
import { ClockGuard } from './clock-guard.ts';
import { type Log, silentLog } from './log.ts';

const hour = 3_600_000;
let monotonicMs = 0;
let lines: string[] = [];
const write = (message: string): void => void lines.push(message);
const log: Log = { ...silentLog, info: write, warn: write };

function guard(lastMs: number | null = null): ClockGuard {
  return new ClockGuard({ log, monotonicMs: () => monotonicMs, lastMs });
}

beforeEach(() => {
  monotonicMs = 0;
  lines = [];
});

test('a clock that goes on evenly is believed, however long nobody asks', () => {
  const clock = guard();
  expect(clock.stepped(5 * hour)).toBe(false);
  monotonicMs = 100 * hour;
  expect(clock.stepped(105 * hour)).toBe(false);
  expect([clock.reason, lines]).toEqual(['', []]);
});

test('one that jumps ahead is doubted for an hour', () => {
  const clock = guard();
  clock.stepped(0);
  expect(clock.stepped(5 * hour)).toBe(true);
  expect(clock.reason).toContain('jumped ahead');
  monotonicMs = 0.9 * hour;
  expect(clock.stepped(5.9 * hour)).toBe(true);
  monotonicMs = hour;
  expect(clock.stepped(6 * hour)).toBe(false);
  expect(clock.reason).toBe('');
  expect(lines).toHaveLength(1);
});

test('one that jumps ahead and is set right is believed at once', () => {
  const clock = guard();
  clock.stepped(0);
  clock.stepped(500 * hour);
  expect(clock.stepped(0)).toBe(false);
  expect(lines).toEqual(['clock jumped ahead; nothing is removed by age for an hour', 'clock was set back']);
});

test('one that is far ahead at the start of what was last used is doubted', () => {
  expect(guard(0).stepped(0.5 * hour)).toBe(false);
  const clock = guard(0);
  expect(clock.stepped(9000 * hour)).toBe(true);
  expect(clock.reason).toContain('not used for long');
  monotonicMs = hour;
  expect(clock.stepped(9001 * hour)).toBe(false);
});

test('one that is behind what was last used is believed', () => {
  expect(guard(9000 * hour).stepped(0)).toBe(false);
});
