import { existsSync, readSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EventView } from '@lanner/engine';
import { describe, expect, test } from 'vitest';
import { ScopedRun, typeOf, whyNoSensor } from '../testkit/scoped-run.ts';

const python = '/usr/bin/python3';
const reason = whyNoSensor() ?? (existsSync(python) ? null : `needs ${python}`);
const script = fileURLToPath(new URL('../testkit/open-many.py', import.meta.url));
const steps = fileURLToPath(new URL('../testkit/open-when-told.py', import.meta.url));
const interest = [typeOf('SYSCALL_OPENAT_2_X')];

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) {
    total += value;
  }
  return total;
}

const isOurs = (event: EventView): boolean => event.text(2).startsWith('/nonexistent/');

describe.skipIf(reason !== null)(`losses${reason === null ? '' : ` (skipped: ${reason})`}`, () => {
  test('are counted exactly while the ring is full for seconds', async () => {
    const count = 30_000;
    const run = await ScopedRun.open([python, script, String(count), '1'], { ringBytes: 65_536, interest });
    try {
      const closed = once(run.child, 'close');
      run.go();
      await Promise.race([closed, sleep(1500)]);
      let ours = 0;
      let all = 0;
      const take = (): void => {
        run.take((event) => {
          all++;
          ours += isOurs(event) ? 1 : 0;
        });
      };
      take();
      await closed;
      take();
      const { cpus, lostByType } = run.sensor.stats();
      const lost = sum(cpus.map((cpu) => cpu.lost));
      expect(lost).toBeGreaterThan(0);
      // What is told to be lost is what is missing, by every way of counting.
      expect(ours + lost).toBeGreaterThanOrEqual(count);
      expect(sum(cpus.map((cpu) => cpu.seen))).toBe(all);
      expect(sum(cpus.map((cpu) => cpu.offered))).toBe(all + lost);
      expect(lostByType.get(interest[0] as number)).toBe(lost);
      // The python interpreter opens a few files of its own, all before the script and none behind it.
      expect(all - ours + count).toBe(all + lost);
    } finally {
      run.close();
    }
  });

  test('are exactly what is missing at half of what the reader takes, at all of it, and at twice of it', async () => {
    const run = await ScopedRun.open([python, steps], { ringBytes: 65_536, interest });
    const seen = new Set<string>();
    const read = (): void => {
      run.take((event) => {
        if (isOurs(event)) {
          seen.add(event.text(2));
        }
      });
    };
    let opened = 0;
    let lines = 0;
    run.child.stdout?.on('data', (piece: Buffer) => (lines += piece.toString().split('\n').length - 1));
    /** The reader takes what has found room, once for each time that the load is told to go. */
    const offer = async (count: number): Promise<void> => {
      const until = lines + 1;
      run.child.stdin?.write(`${count}\n`);
      while (lines < until) {
        await once(run.child.stdout!, 'data');
      }
      opened += count;
      read();
    };
    const figures = (): { missing: number; lost: number; gaps: number } => {
      const { cpus } = run.sensor.stats();
      return {
        missing: opened - seen.size,
        lost: sum(cpus.map((cpu) => cpu.lost)),
        gaps: sum(cpus.map((cpu) => cpu.gaps)),
      };
    };
    try {
      run.go();
      await offer(0);
      // What fits into the ring is what the reader takes in a turn.
      await offer(5000);
      const room = seen.size;
      for (const times of [0.5, 1, 2]) {
        await offer(1);
        const before = figures();
        for (let turn = 0; turn < 4; turn++) {
          await offer(Math.floor(room * times));
        }
        const { missing, lost } = figures();
        expect(lost - before.lost).toBe(missing - before.missing);
        expect(lost - before.lost).toBeGreaterThanOrEqual(times > 1 ? room : 0);
        if (times < 1) {
          expect(lost).toBe(before.lost);
        }
      }
      // The next event of each processor shows the gap before it.
      for (let i = 0; i < 4; i++) {
        await offer(1);
      }
      const end = figures();
      expect(end.lost).toBe(end.missing);
      expect(end.gaps).toBeLessThanOrEqual(end.lost);
    } finally {
      run.close();
    }
  });

  test('do not happen while the reader keeps up with several processes', async () => {
    const run = await ScopedRun.open([python, script, '5000', '4'], { interest });
    try {
      let ours = 0;
      await run.run((event) => {
        ours += isOurs(event) ? 1 : 0;
      });
      expect(ours).toBe(20_000);
      for (const cpu of run.sensor.stats().cpus) {
        expect(cpu).toMatchObject({ lost: 0, gaps: 0, offered: cpu.seen });
      }
    } finally {
      run.close();
    }
  });

  test('several rings give the events in the order of time', async () => {
    const run = await ScopedRun.open([python, script, '2000', '4'], { interest, cpusPerRing: 1 });
    try {
      const last = new Map<number, bigint>();
      let ours = 0;
      await run.run((event) => {
        ours += isOurs(event) ? 1 : 0;
        expect(event.ts).toBeGreaterThanOrEqual(last.get(event.tid) ?? 0n);
        last.set(event.tid, event.ts);
      });
      expect(ours).toBe(8000);
    } finally {
      run.close();
    }
  });

  test('the bell ends the wait of a reader without events', async () => {
    const run = await ScopedRun.open([python, script, '1', '1'], { interest: [] });
    const bell = run.sensor.takeBell();
    try {
      writeSync(bell, new Uint8Array(BigUint64Array.of(1n).buffer));
      run.sensor.wait(1000);
      // Nothing is left of what it was told.
      expect(() => readSync(bell, new Uint8Array(8))).toThrow('EAGAIN');
    } finally {
      // A test thread must not close what it has not opened itself: the bell ends with it.
      run.close();
    }
  });

  test('interest changes while the sensor runs, without a system call', async () => {
    const run = await ScopedRun.open([python, script, '1000', '1'], { interest: [] });
    try {
      await run.run();
      expect(run.events).toHaveLength(0);
      expect(run.sensor.stats().cpus.every((cpu) => cpu.offered === 0)).toBe(true);
    } finally {
      run.close();
    }
  });
});
