// Real containers of a containerd that the test starts for itself. Only their processes are watched.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from '@lanner/core';
import { RuntimeDirectory } from '@lanner/runtimes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoSensor } from '../packages/sensor/src/testkit/scoped-run.ts';

const programs = ['/usr/bin/containerd', '/usr/bin/ctr', '/usr/sbin/runc', '/usr/bin/busybox'];

function whyNoContainers(): string | null {
  const missing = programs.find((program) => !existsSync(program));
  if (missing !== undefined) {
    return `${missing} is not installed`;
  }
  return process.getuid?.() === 0 ? null : 'containerd needs root';
}

const reason = whyNoContainers();
const sensorReason = whyNoSensor();
const image = 'localhost/busybox:1';
const namespace = `lanner-${process.pid}`;
const id = 'web-of-lanner-1';
const bin = fileURLToPath(new URL('../bin/lanner.mjs', import.meta.url));

let folder: string;
let daemon: ChildProcess;

function socket(): string {
  return join(folder, 'run/containerd/containerd.sock');
}

function ctr(...args: readonly string[]): string {
  return execFileSync('ctr', ['-a', socket(), '-n', namespace, ...args], { encoding: 'utf8', stdio: 'pipe' });
}

function configuration(): string {
  return `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${socket()}"
[ttrpc]
  address = "${folder}/ttrpc.sock"
[plugins]
  [plugins."io.containerd.internal.v1.opt"]
    path = "${folder}/opt"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

/** An archive as `docker save` writes it: one layer with a static busybox. */
function makeImage(): string {
  const rootfs = join(folder, 'rootfs');
  const parts = join(folder, 'image');
  ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp'].forEach((name) => {
    mkdirSync(join(rootfs, name), { recursive: true });
  });
  mkdirSync(parts);
  copyFileSync('/usr/bin/busybox', join(rootfs, 'bin/busybox'));
  ['sh', 'sleep', 'cat'].forEach((name) => {
    symlinkSync('busybox', join(rootfs, 'bin', name));
  });
  writeFileSync(join(rootfs, 'etc/secret'), 'x\n');
  execFileSync('tar', ['-C', rootfs, '-cf', join(parts, 'layer.tar'), '.']);
  const layer = createHash('sha256')
    .update(readFileSync(join(parts, 'layer.tar')))
    .digest('hex');
  writeFileSync(
    join(parts, 'config.json'),
    JSON.stringify({
      architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
      os: 'linux',
      config: { Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    }),
  );
  writeFileSync(
    join(parts, 'manifest.json'),
    JSON.stringify([{ Config: 'config.json', RepoTags: [image], Layers: ['layer.tar'] }]),
  );
  execFileSync('tar', ['-C', parts, '-cf', join(folder, 'image.tar'), '.']);
  return join(folder, 'image.tar');
}

/** runc leaves the folders of its namespace, which are empty by now. */
function removeTraces(): void {
  rmSync(join('/run/containerd/runc', namespace), { recursive: true, force: true });
  const root = '/sys/fs/cgroup';
  for (const parent of ['', ...readdirSync(root)]) {
    const group = join(root, parent, namespace);
    if (existsSync(group)) {
      rmdirSync(group);
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (holds()) {
      return;
    }
    await sleep(20);
  }
  throw new Error('waited in vain');
}

function works(...args: readonly string[]): boolean {
  try {
    ctr(...args);
    return true;
  } catch (error) {
    return error === null;
  }
}

describe.skipIf(reason !== null)(
  `containers of containerd${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'lanner-ctd-'));
      mkdirSync(join(folder, 'run/containerd'), { recursive: true });
      ['proc', 'sys', 'etc'].forEach((name) => {
        symlinkSync(`/${name}`, join(folder, name));
      });
      writeFileSync(join(folder, 'config.toml'), configuration());
      const log = openSync(join(folder, 'log'), 'w');
      daemon = spawn('containerd', ['-c', join(folder, 'config.toml')], { stdio: ['ignore', log, log] });
      await until(() => works('version'));
      ctr('images', 'import', makeImage());
      const loop = 'while true; do cat /etc/secret; sleep 0.2; done';
      ctr('run', '-d', '--label', 'app=shop', '--env', 'A=b', image, id, '/bin/sh', '-c', loop);
    }, 60_000);

    afterAll(async () => {
      works('task', 'kill', '-s', 'KILL', id);
      await sleep(500);
      works('task', 'rm', id);
      works('containers', 'rm', id);
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      daemon.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
      removeTraces();
    }, 30_000);

    test('a running one is known by its id', async () => {
      const directory = new RuntimeDirectory({
        hostRoot: folder,
        log: silentLog,
        now: () => performance.now(),
      });
      const question = { id: id.slice(0, 12), cgroup: `/${namespace}/${id}` };
      expect(await directory.lookUp(question)).toMatchObject({
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
      expect(await directory.lookUp({ id: 'nobody', cgroup: `/${namespace}/nobody` })).toBeNull();
      expect(directory.figures.failures).toBe(0);
      directory.close();
    });

    test.skipIf(sensorReason !== null)(
      `an alert names it${sensorReason === null ? '' : ` (skipped: ${sensorReason})`}`,
      async () => {
        const rules = join(folder, 'rules.yaml');
        writeFileSync(
          rules,
          '- {rule: Reads, desc: d, priority: NOTICE, condition: "evt.type in (open, openat) and fd.name = /etc/secret",' +
            ' output: "%container.id %container.image.repository %container.image.tag %container.name"}\n',
        );
        const pid = readFileSync(
          join(folder, `state/io.containerd.runtime.v2.task/${namespace}/${id}/init.pid`),
          'utf8',
        );
        const child = spawn(process.execPath, [bin, 'run', '-r', rules, '--pid', pid.trim()], {
          env: { ...process.env, HOST_ROOT: folder },
        });
        let text = '';
        [child.stdout, child.stderr].forEach((stream) => {
          stream.on('data', (piece: Buffer) => (text += piece.toString()));
        });
        try {
          await until(() => text.includes('Notice'));
          expect(text).toContain(`${id.slice(0, 12)} localhost/busybox 1 ${id}`);
        } finally {
          const ended = new Promise((resolve) => child.once('close', resolve));
          child.kill('SIGTERM');
          await ended;
        }
      },
      30_000,
    );
  },
);
