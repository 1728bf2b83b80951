import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RingSleep } from './ring-sleep.ts';

/** Entries that `poll` was given: descriptors, and what is asked for. */
type Polled = readonly (readonly [fd: number, events: number])[];

class FakeLibrary {
  readonly polled: Polled[] = [];
  readonly timeouts: number[] = [];
  /** Descriptors that can be read. */
  readonly readable = new Set<number>();
  bell = -1;

  readonly poll = (entries: Uint8Array, count: number, timeoutMs: number): number => {
    const view = new DataView(entries.buffer);
    const polled: (readonly [number, number])[] = [];
    for (let at = 0; at < count * 8; at += 8) {
      const fd = view.getInt32(at, true);
      polled.push([fd, view.getInt16(at + 4, true)]);
      view.setInt16(at + 6, this.readable.has(fd) ? 1 : 0, true);
    }
    this.polled.push(polled);
    this.timeouts.push(timeoutMs);
    return 0;
  };

  readonly eventfd = (): number => this.bell;
  readonly errno = (): number => 24;
}

test('it waits for its rings, and for the bell once somebody has it', () => {
  const library = new FakeLibrary();
  library.bell = 9;
  const sleep = new RingSleep(library, [5, 6]);
  sleep.wait(100);
  expect(sleep.takeBell()).toBe(9);
  sleep.wait(200);
  expect(library.polled).toEqual([
    [
      [5, 1],
      [6, 1],
    ],
    [
      [5, 1],
      [6, 1],
      [9, 1],
    ],
  ]);
  expect(library.timeouts).toEqual([100, 200]);
  expect(() => sleep.takeBell()).toThrow('belongs to whoever has asked for it first');
});

test('what the bell was told is taken, so that it rings once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-sleep-'));
  const path = join(folder, 'bell');
  writeFileSync(path, new Uint8Array(20));
  const library = new FakeLibrary();
  library.bell = openSync(path, 'r');
  const sleep = new RingSleep(library, []);
  sleep.takeBell();
  sleep.wait(1);
  library.readable.add(library.bell);
  sleep.wait(1);
  expect(readSync(library.bell, new Uint8Array(20))).toBe(12);
  closeSync(library.bell);
  rmSync(folder, { recursive: true });
});

test('without a descriptor there is an error that says so', () => {
  const sleep = new RingSleep(new FakeLibrary(), [5]);
  expect(() => sleep.takeBell()).toThrow(
    expect.objectContaining({ code: 'sensor.failed', details: { errno: 24 } }),
  );
});
