import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BootClock } from './boot-clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Clocks that a test sets, in ns: 0 is the real time, 7 the time since boot. */
function clocks(real: bigint, boot: bigint): { ns: Record<number, bigint>; clock: BootClock } {
  const ns: Record<number, bigint> = { 0: real, 7: boot };
  const clockGettime = (id: number, to: Uint8Array): number => {
    const view = new DataView(to.buffer);
    view.setBigInt64(0, (ns[id] ?? 0n) / 1_000_000_000n, true);
    view.setBigInt64(8, (ns[id] ?? 0n) % 1_000_000_000n, true);
    return 0;
  };
  return { ns, clock: new BootClock({ clockGettime }) };
}

const second = 1_000_000_000n;

test('a clock that is set forward or back is noticed within a second, and only then', () => {
  const { ns, clock } = clocks(1000n * second, 10n * second);
  expect(clock.offsetNs).toBe(990n * second);
  ns[0] = 4600n * second;
  expect(clock.refresh()).toBe(false);
  expect(clock.offsetNs).toBe(990n * second);
  vi.advanceTimersByTime(1000);
  expect(clock.refresh()).toBe(true);
  expect(clock.offsetNs).toBe(4590n * second);
  ns[0] = 500n * second;
  vi.advanceTimersByTime(1000);
  expect(clock.refresh()).toBe(true);
  expect(clock.offsetNs).toBe(490n * second);
});

test('time that passes, and what lies between two readings, is no step', () => {
  const { ns, clock } = clocks(1000n * second, 10n * second);
  ns[0] = 1100n * second + 4_000_000n;
  ns[7] = 110n * second;
  vi.advanceTimersByTime(100_000);
  expect(clock.refresh()).toBe(false);
  expect(clock.offsetNs).toBe(990n * second);
});
