// A real container of a Podman that the test starts for itself. Only its process is watched.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { RuntimeDirectory } from '@lanner/runtimes';
import {
  makeBusyboxImage,
  PrivatePodman,
  removeControlGroup,
  waitUntil,
  whyNoPodman,
} from '@lanner/runtimes/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';

const reason = whyNoPodman();
const sensorReason = whyNoSensor();
const image = 'localhost/shop:3';
const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));

let podman: PrivatePodman;
let id: string;

describe.skipIf(reason !== null)(
  `a container of Podman${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      podman = await PrivatePodman.start();
      podman.podman('load', '--input', makeBusyboxImage(podman.folder, image, ['/bin/sh'], '1234:1234'));
      const loop = 'while true; do cat /etc/secret; sleep 0.2; done';
      const options = ['--detach', '--pull=never', '--name', 'shop', '--label', 'app=shop'];
      const mount = ['--volume', `${join(podman.folder, 'rootfs/etc')}:/data:ro`];
      // One group for all of this Podman, so that no other's is touched.
      const group = ['--cgroup-parent', `/lanner-podman-${process.pid}`];
      id = podman.podman('run', ...options, ...mount, ...group, image, 'sh', '-c', loop);
    }, 60_000);

    afterAll(async () => {
      await podman.stop();
      removeControlGroup(`/lanner-podman-${process.pid}`);
    }, 60_000);

    const known = {
      name: 'shop',
      image,
      imagerepo: 'localhost/shop',
      imagetag: '3',
      privileged: false,
    };

    function lookUp(options: Partial<ConstructorParameters<typeof RuntimeDirectory>[0]>): Promise<unknown> {
      const directory = new RuntimeDirectory({
        hostRoot: podman.folder,
        log: silentLog,
        now: () => performance.now(),
        ...options,
      });
      const question = { id: id.slice(0, 12), cgroup: `/libpod_parent/libpod-${id}` };
      return directory.lookUp(question).finally(() => {
        directory.close();
      });
    }

    test('is known by its service', async () => {
      expect(await lookUp({})).toMatchObject({
        ...known,
        full_id: id,
        imageid: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        labels: { app: 'shop' },
        Mounts: [{ Destination: '/data', RW: false }],
      });
    });

    test('is known by its files when the service is not asked', async () => {
      expect(await lookUp({ runtimes: [] })).toMatchObject({ ...known, full_id: id });
      expect(await lookUp({ sockets: { podman: [], cri: [] } })).toBeNull();
    });

    test('its image is scanned by way of the service', () => {
      const options = ['--image-src', 'podman', '--podman-host', `unix://${podman.socket}`];
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [bin, 'scan', 'image', image, ...options, '--scanners', 'secret', '--format', 'json', '--quiet'],
        { encoding: 'utf8' },
      );
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toMatchObject({
        ArtifactName: image,
        Metadata: { RepoTags: [image], ImageConfig: { config: { User: '1234:1234' } } },
      });
    }, 30_000);

    test.skipIf(sensorReason !== null)(
      `an alert names it${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      async () => {
        const rules = join(podman.folder, 'rules.yaml');
        writeFileSync(
          rules,
          '- {rule: Reads, desc: d, priority: NOTICE, condition: "evt.type in (open, openat) and fd.name = /etc/secret",' +
            ' output: "%container.type %container.id %container.image %container.name %user.name"}\n',
        );
        const child = spawn(process.execPath, [bin, 'run', '-r', rules, '--container', id.slice(0, 12)], {
          env: { ...process.env, HOST_ROOT: podman.folder },
        });
        let text = '';
        [child.stdout, child.stderr].forEach((stream) => {
          stream.on('data', (piece: Buffer) => (text += piece.toString()));
        });
        try {
          await waitUntil(() => text.includes('Notice') || child.exitCode !== null);
          expect(text).toContain(`podman ${id.slice(0, 12)} ${image} shop shopkeeper`);
        } finally {
          const ended = new Promise((resolve) => child.once('close', resolve));
          child.kill('SIGTERM');
          await ended;
        }
      },
      40_000,
    );
  },
);
