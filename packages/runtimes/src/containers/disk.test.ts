import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { containerTypes } from './description.ts';
import { runtimeFiles } from './disk.ts';

const fullId = '0123456789ab'.padEnd(64, 'd');
const id = fullId.slice(0, 12);
let hostRoot: string;

beforeEach(() => {
  hostRoot = mkdtempSync(join(tmpdir(), 'lanner-files-'));
});

afterEach(() => {
  rmSync(hostRoot, { recursive: true });
});

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(hostRoot, path)), { recursive: true });
  writeFileSync(join(hostRoot, path), typeof content === 'string' ? content : JSON.stringify(content));
}

function lookUp(cgroup: string, short = id): ReturnType<ReturnType<typeof runtimeFiles>['lookUp']> {
  return runtimeFiles(hostRoot, {}).lookUp({ id: short, cgroup }, 800);
}

test.each(['/run/containerd', '/run/k3s/containerd', '/var/snap/microk8s/common/run/containerd'])(
  "the bundle of a pod's container in %s says its image, pod and namespace",
  async (state) => {
    put(`${state}/io.containerd.runtime.v2.task/k8s.io/${fullId}/config.json`, {
      process: { env: ['A=b'], user: { uid: 5 } },
      mounts: [{ type: 'bind', source: '/srv', destination: '/data', options: ['rbind', 'ro'] }],
      annotations: {
        'io.kubernetes.cri.container-type': 'container',
        'io.kubernetes.cri.container-name': 'app',
        'io.kubernetes.cri.image-name': 'docker.io/library/nginx:1.27',
        'io.kubernetes.cri.sandbox-id': 'f00d',
        'io.kubernetes.cri.sandbox-name': 'web-1',
        'io.kubernetes.cri.sandbox-namespace': 'shop',
        'io.kubernetes.cri.sandbox-uid': 'u-1',
      },
      linux: { namespaces: [{ type: 'pid' }], maskedPaths: ['/proc/kcore'] },
    });
    expect(await lookUp(`/kubepods/besteffort/podu-1/${fullId}`)).toMatchObject({
      id,
      type: containerTypes.containerd,
      name: 'app',
      image: 'docker.io/library/nginx:1.27',
      imagerepo: 'docker.io/library/nginx',
      imagetag: '1.27',
      pod_sandbox_id: 'f00d',
      host_network: true,
      privileged: false,
      labels: {
        'io.kubernetes.pod.name': 'web-1',
        'io.kubernetes.pod.namespace': 'shop',
        'io.kubernetes.pod.uid': 'u-1',
      },
      Mounts: [{ Source: '/srv', Destination: '/data', RW: false }],
    });
  },
);

test('CRI-O notes all of it in what runc gets', async () => {
  put(`/run/containers/storage/overlay-containers/${fullId}/userdata/config.json`, {
    annotations: {
      'io.kubernetes.cri-o.ContainerType': 'container',
      'io.kubernetes.cri-o.ImageName': 'quay.io/a/b:2',
      'io.kubernetes.cri-o.SandboxID': 'beef',
      'io.kubernetes.cri-o.Labels': '{"tier":"db"}',
      'io.kubernetes.cri-o.PrivilegedRuntime': 'true',
      'io.kubernetes.container.name': 'db',
      'io.kubernetes.pod.name': 'db-0',
      'io.kubernetes.pod.namespace': 'data',
    },
  });
  expect(await lookUp(`/kubepods.slice/crio-${fullId}.scope`)).toMatchObject({
    type: containerTypes.crio,
    name: 'db',
    image: 'quay.io/a/b:2',
    pod_sandbox_id: 'beef',
    privileged: true,
    labels: { tier: 'db', 'io.kubernetes.pod.name': 'db-0', 'io.kubernetes.pod.namespace': 'data' },
  });
});

test('the index of its storage knows name and image of a container of Podman', async () => {
  const storage = '/var/lib/containers/storage/overlay-containers';
  put(`${storage}/${fullId}/userdata/config.json`, { process: {} });
  put(`${storage}/containers.json`, [
    { id: 'other', names: ['other'], image: 'x' },
    { id: fullId, names: ['shop'], image: 'ab12', metadata: '{"image-name":"localhost/shop:3"}' },
  ]);
  expect(await lookUp(`/machine.slice/libpod-${fullId}.scope`)).toMatchObject({
    type: containerTypes.podman,
    name: 'shop',
    image: 'localhost/shop:3',
    imageid: 'ab12',
  });
});

test("Docker's own files are read as its answers are", async () => {
  put(`/var/lib/docker/containers/${fullId}/config.v2.json`, {
    ID: fullId,
    Name: '/web',
    Image: 'sha256:1a2b',
    Created: '2026-01-02T03:04:05.6Z',
    Config: { Image: 'nginx:1.27', Labels: { app: 'shop' } },
    MountPoints: { '/data': { Source: '/srv', Destination: '/data', RW: true } },
  });
  put(`/var/lib/docker/containers/${fullId}/hostconfig.json`, { Privileged: true, NetworkMode: 'host' });
  expect(await lookUp(`/docker/${fullId}`)).toMatchObject({
    type: containerTypes.docker,
    name: 'web',
    image: 'nginx:1.27',
    imageid: '1a2b',
    privileged: true,
    host_network: true,
    labels: { app: 'shop' },
    Mounts: [{ Source: '/srv', Destination: '/data', RW: true }],
  });
});

test.each([
  ['that is not there', fullId, null],
  ['that is being written', fullId, '{"annot'],
  ['beyond the folder', '..', '{}'],
])('a file %s says nothing', async (_, name, content) => {
  if (content !== null) {
    put(`/run/containerd/io.containerd.runtime.v2.task/k8s.io/${name}/config.json`, content);
  }
  expect(await lookUp(`/k8s.io/${name}`, name.slice(0, 12))).toBeNull();
});

test('an engine that is not to be asked is not read of either', async () => {
  put(`/var/lib/docker/containers/${fullId}/config.v2.json`, { ID: fullId });
  const files = runtimeFiles(hostRoot, { docker: [] });
  expect(await files.lookUp({ id, cgroup: `/docker/${fullId}` }, 800)).toBeNull();
});
