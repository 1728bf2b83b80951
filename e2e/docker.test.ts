// Real containers of a Docker that the test starts for itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@lanner/core';
import { type DirectoryOptions, RuntimeDirectory } from '@lanner/runtimes';
import { makeBusyboxImage, PrivateDocker, removeControlGroup, whyNoDocker } from '@lanner/runtimes/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const reason = whyNoDocker();
const image = 'localhost/shop:3';
const group = `/lanner-docker-${process.pid}`;

describe.skipIf(reason !== null)(
  `containers of Docker${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let docker: PrivateDocker;
    let id: string;
    const options = ['--network=none', `--cgroup-parent=${group}`, '--label', 'app=shop'];
    const known = { name: 'shop', image, imagetag: '3', labels: { app: 'shop' }, User: '1234:1234' };

    beforeAll(async () => {
      docker = await PrivateDocker.start();
      await docker.docker('load', '-i', makeBusyboxImage(docker.folder, image, ['/bin/sh'], '1234:1234'));
      const mount = `${join(docker.folder, 'rootfs/etc')}:/data:ro`;
      id = await docker.docker('run', '-d', '--name', 'shop', '-v', mount, ...options, image, 'sleep', '600');
    }, 60_000);

    afterAll(async () => {
      await docker.docker('rm', '-f', 'shop');
      await docker.stop();
      removeControlGroup(group);
    }, 60_000);

    function directory(more: Partial<DirectoryOptions> = {}): RuntimeDirectory {
      const now = (): number => performance.now();
      return new RuntimeDirectory({ hostRoot: docker.folder, log: silentLog, now, ...more });
    }

    test.each([
      ['its daemon', { withSize: true }, { size: expect.any(Number) as number }],
      ['its files when the daemon is not asked', { runtimes: [] }, { size: -1 }],
    ])('one is known by %s', async (_, more, size) => {
      const asked = directory(more);
      expect(await asked.lookUp({ id: id.slice(0, 12), cgroup: `/docker/${id}` })).toMatchObject({
        ...known,
        ...size,
        full_id: id,
        Mounts: [{ Destination: '/data', RW: false }],
      });
      asked.close();
    });

    test('one that has gone is known from when it was made', async () => {
      const asked = directory();
      const made: string[] = [];
      const removed: string[] = [];
      asked.watch({
        made: ({ full_id: fullId }) => made.push(fullId),
        removed: ({ full_id: fullId }) => removed.push(fullId),
      });
      // The first ones may come before the daemon knows that somebody listens.
      while (made.length === 0) {
        await docker.docker('run', '--rm', ...options, image, 'true');
      }
      const file = join(docker.folder, 'id');
      await docker.docker('run', '--rm', '--cidfile', file, ...options, image, 'true');
      const gone = readFileSync(file, 'utf8');
      const found = await asked.lookUp({ id: gone.slice(0, 12), cgroup: `/docker/${gone}` });
      expect(found).toMatchObject({ full_id: gone, image, labels: { app: 'shop' } });
      await expect.poll(() => removed, { timeout: 30_000 }).toContain(gone);
      asked.close();
    }, 60_000);
  },
);
