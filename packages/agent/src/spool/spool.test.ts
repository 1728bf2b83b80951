import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Log, silentLog } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Spool } from './spool.ts';
import { alerts, drain, payloads, recordingLog, SpoolPlace } from './testkit/spool-place.ts';

const here = new SpoolPlace();

describe('what is appended', () => {
  test('comes back in order, once, also from another process', async () => {
    const first = here.open();
    await Promise.all([first.append(alerts('a', 'b')), first.append(alerts('ü\u{1f985}', ''))]);
    expect(await payloads(first)).toEqual(['a', 'b', 'ü\u{1f985}', '']);
    // Not closed: as after a kill.
    const second = here.open();
    expect(second.id).toBe(first.id);
    expect(await payloads(second)).toEqual(['a', 'b', 'ü\u{1f985}', '']);
    await second.append(alerts('c'));
    expect(await drain(second, 2)).toEqual(['a', 'b', 'ü\u{1f985}', '', 'c']);
    expect(await payloads(second)).toEqual([]);
    await first.close();
    await second.close();
  });

  test('is not sent again after the state was saved, and numbers go on', async () => {
    const first = here.open();
    const last = await first.append(alerts('a', 'b'));
    first.acknowledge(last);
    await first.close();
    const second = here.open();
    expect(await payloads(second)).toEqual([]);
    expect(await second.append(alerts('c'))).toBeGreaterThan(last);
    await second.close();
  });

  test('wakes who waits', async () => {
    const spool = here.open();
    const woken = spool.appended();
    await spool.append(alerts('a'));
    await woken;
    await spool.close();
  });

  test('longer than a record may be is refused', async () => {
    const spool = here.open();
    await expect(spool.append(alerts('x'.repeat(9 * 2 ** 20)))).rejects.toThrow('longer than');
    await spool.append(alerts('y'.repeat(3 * 2 ** 20)));
    expect((await spool.read({ records: 1, bytes: 100 }))[0]?.payload.length).toBe(3 * 2 ** 20);
    await spool.close();
  });

  test('whatever is appended and acknowledged in whatever steps, nothing is lost or doubled', async () => {
    const step = fc.oneof(
      fc.array(fc.string({ maxLength: 300 }), { maxLength: 20 }).map((items) => ({ append: items })),
      fc.nat(20).map((records) => ({ send: records + 1 })),
      fc.constant({ reopen: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        rmSync(here.folder, { recursive: true, force: true });
        let spool = here.open({ maxBytes: 2 ** 22, maxAgeMs: Infinity });
        const expected: string[] = [];
        const sent: string[] = [];
        for (const each of steps) {
          if ('append' in each) {
            await spool.append(alerts(...each.append));
            expected.push(...each.append);
          } else if ('send' in each) {
            const batch = await spool.read({ records: each.send, bytes: 1000 });
            sent.push(...batch.map(({ payload }) => payload));
            spool.acknowledge(batch.at(-1)?.number ?? 0);
          } else {
            await spool.close();
            spool = here.open({ maxBytes: 2 ** 22, maxAgeMs: Infinity });
          }
        }
        expect(spool.stats().waiting).toBe(expected.length - sent.length);
        expect([...sent, ...(await drain(spool))]).toEqual(expected);
        await spool.close();
      }),
      { numRuns: 30 },
    );
  });
});

describe('limits', () => {
  test('beyond its bytes the oldest goes, and is counted and told', async () => {
    const { log, lines } = recordingLog();
    const spool = here.open({ maxBytes: 40_000, maxAgeMs: Infinity, log });
    for (let i = 0; i < 400; i++) {
      await spool.append(alerts(`${i} ${'x'.repeat(300)}`));
    }
    const { bytes, waiting, droppedBySize } = spool.stats();
    expect(bytes).toBeLessThanOrEqual(45_000);
    expect(waiting + droppedBySize).toBe(400);
    const left = await drain(spool);
    expect(left).toHaveLength(waiting);
    expect(left.at(-1)).toMatch(/^399 /);
    expect(lines[0]?.[0]).toBe('spool is full: the oldest records were dropped');
    await spool.close();
    expect(here.open({ maxBytes: 40_000 }).stats().droppedBySize).toBe(droppedBySize);
  });

  test('what is too old goes, also when nothing comes after it', async () => {
    const spool = here.open();
    await spool.append(alerts('old', 'old, too'));
    here.nowMs += 500;
    await spool.expire();
    expect(spool.stats()).toMatchObject({ waiting: 2, oldestMs: 1_000_000 });
    here.nowMs += 501;
    await spool.expire();
    expect(spool.stats()).toMatchObject({ waiting: 0, droppedByAge: 2, oldestMs: null });
    await spool.append(alerts('new'));
    expect(await drain(spool)).toEqual(['new']);
    await spool.close();
  });

  test('what the server has leaves the disk', async () => {
    const spool = here.open({ maxBytes: 40_000, maxAgeMs: Infinity });
    for (let i = 0; i < 60; i++) {
      await spool.append(alerts('x'.repeat(400)));
    }
    expect(here.segments().length).toBeGreaterThan(3);
    await drain(spool);
    expect(here.segments()).toHaveLength(1);
    await spool.close();
  });
});

describe('damage', () => {
  /** A spool of some segments, and its files as they were. */
  async function filled(): Promise<string[]> {
    const spool = here.open({ maxBytes: 80_000, maxAgeMs: Infinity });
    for (let i = 0; i < 100; i++) {
      await spool.append(alerts(`${i} ${'x'.repeat(200)}`));
    }
    await spool.close();
    return here.segments();
  }
  const reopen = (log: Log = silentLog): Spool => here.open({ maxBytes: 80_000, maxAgeMs: Infinity, log });
  const numbers = (texts: readonly string[]): number[] => texts.map((text) => parseInt(text, 10));

  test('a flipped bit costs its record, which is counted once', async () => {
    const [, second = ''] = await filled();
    const bytes = readFileSync(second);
    bytes[bytes.length - 300]! ^= 4;
    writeFileSync(second, bytes);
    const { log, lines } = recordingLog();
    const spool = reopen(log);
    expect(spool.stats().damaged).toBe(1);
    expect(lines[0]?.[0]).toBe('spool was damaged; what can be read is sent');
    await spool.close();
    const again = reopen();
    expect(again.stats().damaged).toBe(1);
    expect(await drain(again)).toHaveLength(99);
    await again.close();
  });

  test('a segment that was cut off loses its end', async () => {
    const [, second = ''] = await filled();
    truncateSync(second, 1000);
    const spool = reopen();
    const left = numbers(await drain(spool));
    expect(left.length + spool.stats().damaged).toBe(100);
    expect(left.at(-1)).toBe(99);
    await spool.close();
  });

  test('an unfinished write at the end is passed over, and what comes after it is kept', async () => {
    const last = (await filled()).at(-1) ?? '';
    appendFileSync(last, readFileSync(last).subarray(40, 150));
    const spool = reopen();
    const before = spool.last;
    expect(await spool.append(alerts('after'))).toBeGreaterThan(before);
    expect(await drain(spool)).toHaveLength(101);
    expect(spool.stats().damaged).toBe(0);
    await spool.close();
  });

  test('numbers are not used again when the last records are lost', async () => {
    const last = (await filled()).at(-1) ?? '';
    const spool = reopen();
    const highest = spool.last;
    await spool.close();
    truncateSync(last, 40);
    const again = reopen();
    expect(again.stats().damaged).toBeGreaterThan(0);
    expect(await again.append(alerts('next'))).toBeGreaterThan(highest);
    await again.close();
  });

  test('numbers are not used again after a crash, whatever is left', async () => {
    const last = (await filled()).at(-1) ?? '';
    const crashed = reopen();
    truncateSync(last, 40);
    const again = reopen();
    expect(await again.append(alerts('next'))).toBeGreaterThan(crashed.last);
    await again.close();
    await crashed.close();
  });

  test('without its state everything is sent again under another id', async () => {
    const spool = here.open();
    spool.acknowledge(await spool.append(alerts('a')));
    await spool.close();
    writeFileSync(join(here.folder, 'spool.json'), '{"schema":1,"id":');
    const again = here.open();
    expect(again.id).not.toBe(spool.id);
    expect(await payloads(again)).toEqual(['a']);
    await again.close();
  });

  test('files that are none of ours, or only garbage, stop nothing', async () => {
    await filled();
    writeFileSync(join(here.folder, 'notes.txt'), 'mine');
    writeFileSync(join(here.folder, '0000000000000003.seg'), Buffer.alloc(5000, 0xff));
    writeFileSync(join(here.folder, '0000000000000004.seg'), '');
    const spool = reopen();
    expect(numbers(await drain(spool))).toEqual(Array.from({ length: 100 }, (_, i) => i));
    await spool.close();
  });

  test('a newer schema is refused', async () => {
    const spool = here.open();
    await spool.append(alerts('a'));
    await spool.close();
    writeFileSync(join(here.folder, 'spool.json'), '{"schema":2,"id":"0000000000000001"}');
    expect(() => here.open()).toThrow('has schema 2');
  });

  test('a spool that is older than the server can be numbered anew', async () => {
    const spool = here.open();
    await spool.append(alerts('a', 'b'));
    spool.acknowledge(1);
    const { id } = spool;
    spool.renew();
    expect(spool.id).not.toBe(id);
    expect(await drain(spool)).toEqual(['a', 'b']);
    await spool.close();
  });
});

test('whatever happens to the files, it opens, gives what it had in order, and goes on with new numbers', async () => {
  const damage = fc.record({
    kind: fc.constantFrom('flip', 'cut', 'garbage', 'remove', 'append', 'state'),
    file: fc.nat(),
    at: fc.nat(),
    bytes: fc.uint8Array({ maxLength: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async (damages) => {
      rmSync(here.folder, { recursive: true, force: true });
      const limits = { maxBytes: 40_000, maxAgeMs: Infinity };
      const spool = here.open(limits);
      const written = Array.from({ length: 60 }, (_, i) => `${i} ${'x'.repeat(150)}`);
      for (let i = 0; i < written.length; i += 5) {
        await spool.append(alerts(...written.slice(i, i + 5)));
      }
      const highest = spool.last;
      await spool.close();
      for (const { kind, file, at, bytes } of damages) {
        const files = here.segments();
        const path = kind === 'state' ? join(here.folder, 'spool.json') : (files[file % files.length] ?? '');
        const before = readFileSync(path);
        const place = at % Math.max(1, before.length);
        if (kind === 'remove' && files.length > 1 && path !== files.at(-1)) {
          rmSync(path);
        } else if (kind === 'cut' || kind === 'state') {
          writeFileSync(path, before.subarray(0, place));
        } else if (kind === 'append') {
          appendFileSync(path, bytes);
        } else {
          const after = Buffer.from(before);
          after.set(
            kind === 'flip' ? [(before[place] ?? 0) ^ 1] : bytes.subarray(0, before.length - place),
            place,
          );
          writeFileSync(path, after);
        }
      }
      const again = here.open(limits);
      expect(await again.append(alerts('new'))).toBeGreaterThan(highest);
      const left = await drain(again);
      expect(left.pop()).toBe('new');
      const places = left.map((payload) => written.indexOf(payload));
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
      expect(places).not.toContain(-1);
      expect(again.stats().waiting).toBe(0);
      await again.close();
    }),
    { numRuns: 15 },
  );
});
