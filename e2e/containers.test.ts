// Real containers of a containerd that the test starts for itself. Only their processes are watched.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { type ContainerDescription, RuntimeDirectory } from '@lanner/runtimes';
import {
  makeBusyboxImage,
  PrivateContainerd,
  removeControlGroup,
  waitUntil,
  whyNoContainerd,
} from '@lanner/runtimes/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';
import { watchedRun } from '../tools/containers/watched-run.ts';

const reason = whyNoContainerd();
const sensorReason = whyNoSensor();
const image = 'localhost/busybox:1';
const namespace = `lanner-${process.pid}`;
const id = 'web-of-lanner-1';
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));

/** Command lines of processes that name a folder. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .filter((line) => line.includes(folder));
}

let containerd: PrivateContainerd;

function directory(): RuntimeDirectory {
  return new RuntimeDirectory({
    hostRoot: containerd.folder,
    log: silentLog,
    now: () => performance.now(),
  });
}

describe.skipIf(reason !== null)(
  `containers of containerd${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      containerd = await PrivateContainerd.start();
      const archive = makeBusyboxImage(containerd.folder, image, ['/bin/sh'], '1234:1234');
      containerd.ctr(namespace, 'images', 'import', archive);
      const loop = 'while true; do cat /etc/secret; sleep 0.2; done';
      const options = ['--label', 'app=shop', '--env', 'A=b'];
      containerd.ctr(namespace, 'run', '-d', ...options, image, id, '/bin/sh', '-c', loop);
    }, 60_000);

    afterAll(async () => {
      containerd.works(namespace, 'task', 'kill', '-s', 'KILL', id);
      await sleep(500);
      containerd.works(namespace, 'task', 'rm', id);
      containerd.works(namespace, 'containers', 'rm', id);
      await containerd.stop();
      // runc leaves the folders of its namespace, which are empty by now.
      rmSync(join('/run/containerd/runc', namespace), { recursive: true, force: true });
      removeControlGroup(namespace);
    }, 30_000);

    test('a running one is known by its id', async () => {
      const asked = directory();
      const question = { id: id.slice(0, 12), cgroup: `/${namespace}/${id}` };
      expect(await asked.lookUp(question)).toMatchObject({
        id: id.slice(0, 12),
        full_id: id,
        image,
        imagerepo: 'localhost/busybox',
        imagetag: '1',
        imagedigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        privileged: false,
        labels: { app: 'shop' },
        env: expect.arrayContaining(['A=b']) as string[],
      });
      expect(await asked.lookUp({ id: 'nobody', cgroup: `/${namespace}/nobody` })).toBeNull();
      expect(asked.figures.failures).toBe(0);
      asked.close();
    });

    test('one that has gone before anybody asks is known from when it was made', async () => {
      const asked = directory();
      const removed: ContainerDescription[] = [];
      asked.watch({ made: () => undefined, removed: (container) => removed.push(container) });
      // Connected once it tells of a container.
      const gone = 'gone-of-lanner';
      const question = { id: gone, cgroup: `/${namespace}/${gone}` };
      for (let i = 0; i < 20 && (await asked.lookUp(question)) === null; i++) {
        containerd.ctr(namespace, 'containers', 'create', '--label', 'app=shop', image, gone);
        await sleep(200);
        containerd.ctr(namespace, 'containers', 'rm', gone);
        // What nobody knew is asked again after a second.
        await sleep(1000);
      }
      expect(await asked.lookUp(question)).toMatchObject({ full_id: gone, image, labels: { app: 'shop' } });
      await expect
        .poll(() => removed, { timeout: 30_000 })
        .toContainEqual(expect.objectContaining({ full_id: gone, image }));
      asked.close();
    }, 60_000);

    test.skipIf(sensorReason !== null)(
      `the self-test works inside of a privileged one that sees the pids of the machine${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      () => {
        const asRoot = 'localhost/busybox-of-root:1';
        containerd.ctr(
          namespace,
          'images',
          'import',
          makeBusyboxImage(mkdtempSync(join(containerd.folder, 'image-')), asRoot, ['/bin/sh'], '0:0'),
        );
        const mounts = [
          ['/usr', '/usr'],
          ['/usr/lib', '/lib'],
          ['/usr/lib64', '/lib64'],
          [root, root],
        ].flatMap(([from, to]) => ['--mount', `type=bind,src=${from},dst=${to},options=rbind:ro`]);
        const only = ['open-read', 'connect', 'clone', 'exit'].flatMap((each) => ['--only', each]);
        const out = containerd.ctr(
          namespace,
          ...['run', '--rm', '--privileged', '--with-ns', `pid:/proc/${process.pid}/ns/pid`, ...mounts],
          ...[asRoot, 'selftest-of-lanner', process.execPath, bin, 'selftest', '--json', ...only],
        );
        expect(JSON.parse(out)).toMatchObject({ ok: true, seen: 4, missing: [] });
      },
      60_000,
    );

    test('the bundle of one says who it is when its containerd says nothing', async () => {
      const asked = new RuntimeDirectory({
        hostRoot: containerd.folder,
        log: silentLog,
        now: () => performance.now(),
        runtimes: [],
      });
      const question = { id: id.slice(0, 12), cgroup: `/${namespace}/${id}` };
      expect(await asked.lookUp(question)).toMatchObject({
        full_id: id,
        name: id,
        env: expect.arrayContaining(['A=b']) as string[],
      });
      asked.close();
    });

    test.skipIf(sensorReason !== null)(
      `an alert names it${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      async () => {
        const rules = join(containerd.folder, 'rules.yaml');
        writeFileSync(
          rules,
          '- {rule: Reads, desc: d, priority: NOTICE, condition: "evt.type in (open, openat) and fd.name = /etc/secret",' +
            ' output: "%container.id %container.image.repository %container.image.tag %container.name %user.name"}\n',
        );
        const pid = readFileSync(join(containerd.bundle(namespace, id), 'init.pid'), 'utf8');
        const child = spawn(process.execPath, [bin, 'run', '-r', rules, '--pid', pid.trim()], {
          env: { ...process.env, HOST_ROOT: containerd.folder },
        });
        let text = '';
        [child.stdout, child.stderr].forEach((stream) => {
          stream.on('data', (piece: Buffer) => (text += piece.toString()));
        });
        try {
          await waitUntil(() => text.includes('Notice'));
          expect(text).toContain(`${id.slice(0, 12)} localhost/busybox 1 ${id} shopkeeper`);
        } finally {
          const ended = new Promise((resolve) => child.once('close', resolve));
          child.kill('SIGTERM');
          await ended;
        }
      },
      30_000,
    );

    test.skipIf(sensorReason !== null)(
      `alerts of containers of pods that live for milliseconds know them${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      async () => {
        const workload = { containers: 30, containersPerPod: 10, width: 3 };
        const { tally } = await watchedRun(workload, () => undefined);
        expect(tally).toEqual({
          containers: 30,
          seen: 30,
          id: 30,
          image: 30,
          pod: 30,
          namespace: 30,
          atOnce: expect.any(Number) as number,
          wrong: [],
        });
        // What is told when a container is made comes before its first process, but on a busy machine not always.
        expect(tally.atOnce).toBeGreaterThan(15);
      },
      60_000,
    );

    test.skipIf(sensorReason !== null)(
      `the long job of containers leaves nothing when it is ended by a signal${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      async () => {
        const folder = mkdtempSync(join(tmpdir(), 'lanner-job-'));
        const job = spawn(process.execPath, [join(root, 'tools/containers.ts'), '100000'], {
          env: { ...process.env, TMPDIR: folder },
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        const ended = new Promise((resolve) => job.once('close', resolve));
        let told = '';
        job.stderr.on('data', (piece: Buffer) => (told += piece.toString()));
        try {
          await expect.poll(() => told, { timeout: 180_000 }).toContain('of 100000 containers');
          expect(processesWith(folder)).not.toEqual([]);
        } finally {
          job.kill('SIGTERM');
        }
        expect(await ended).toBe(143);
        expect(processesWith(folder)).toEqual([]);
        expect(readdirSync(folder)).toEqual([]);
        rmSync(folder, { recursive: true });
      },
      240_000,
    );
  },
);
