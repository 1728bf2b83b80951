import { mkdirSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AppendFile, createFile } from './segment.ts';
import { alerts, drain, payloads, recordingLog, SpoolPlace } from './testkit/spool-place.ts';

const here = new SpoolPlace();

describe('a disk that takes nothing', () => {
  test('refuses, cuts off what was half written, and goes on when there is room again', async () => {
    let full = false;
    const create = async (path: string): Promise<AppendFile> => {
      const file = await createFile(path);
      return {
        ...file,
        async append(bytes) {
          if (full) {
            await file.append(bytes.subarray(0, bytes.length / 2));
            throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
          }
          await file.append(bytes);
        },
      };
    };
    const spool = here.open({ createFile: create });
    await spool.append(alerts('before'));
    full = true;
    await expect(spool.append(alerts('lost'))).rejects.toMatchObject({ code: 'store.full' });
    await expect(spool.append(alerts('lost, too'))).rejects.toMatchObject({ code: 'store.full' });
    full = false;
    await spool.append(alerts('after'));
    expect(await payloads(here.open())).toEqual(['before']);
    const again = here.open();
    expect(await drain(again)).toEqual(['before', 'after']);
    expect(again.stats().damaged).toBe(0);
    await spool.close();
  });

  test.each(['ENOENT', 'EMFILE'])('is told with what to do, also for %s', async (code) => {
    const spool = here.open({
      createFile: () => Promise.reject(Object.assign(new Error('no'), { code })),
    });
    await expect(spool.append(alerts('lost'))).rejects.toMatchObject({
      code: 'store.failed',
      hint: expect.any(String) as string,
    });
  });

  test('a segment that cannot be removed stops nothing', async () => {
    const { log, lines } = recordingLog();
    const spool = here.open({ maxBytes: 40_000, maxAgeMs: Infinity, log });
    for (let i = 0; i < 60; i++) {
      await spool.append(alerts('x'.repeat(400)));
    }
    const [oldest = ''] = here.segments();
    rmSync(oldest);
    mkdirSync(oldest);
    spool.acknowledge(await spool.append(alerts('last')));
    expect(lines).toEqual([
      ['a segment of the spool could not be removed', expect.objectContaining({ path: oldest })],
    ]);
    expect(here.segments().filter((path) => path !== oldest)).toHaveLength(1);
    await spool.close();
  });
});
