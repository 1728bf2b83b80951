import { describe, expect, test } from 'vitest';
import { hostContainer } from '../lib/containers.ts';
import type { Container, StateView, Thread } from '../state.ts';
import { readField, testEvent, testState, testThread } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass as mounts } from './container-mounts.ts';
import { fieldClass as containers } from './container.ts';
import { fieldClass as pods } from './k8s.ts';

const web: Container = {
  ...hostContainer,
  id: '3ad7b26ded6d',
  fullId: '3ad7b26ded6d8e7b',
  name: 'web',
  type: 'containerd',
  image: 'docker.io/library/nginx:1.27',
  imageRepository: 'docker.io/library/nginx',
  imageTag: '1.27',
  ip: '10.1.2.3',
  privileged: true,
  mounts: [
    { source: '/proc', destination: '/host/proc', mode: 'ro', writable: false, propagation: 'private' },
    { source: '/data', destination: '/var/data', mode: '', writable: true, propagation: 'rprivate' },
  ],
  labels: new Map([
    ['io.kubernetes.pod.name', 'web-1'],
    ['io.kubernetes.pod.namespace', 'prod'],
    ['io.kubernetes.pod.uid', 'u-1'],
    ['tier', 'front'],
    ['annotation.x', 'y'],
    ['bare', ''],
  ]),
  podSandboxId: 'aaaabbbbccccdddd',
  podSandboxLabels: new Map([['own', 'label']]),
};
const sandbox: Container = {
  ...hostContainer,
  id: 'aaaabbbbcccc',
  ip: '10.1.2.9',
  cniJson: '{"eth0":1}',
  podSandboxLabels: new Map([['app', 'web']]),
};

const state = testState({
  container: (id) => [web, sandbox].find((container) => container.id === id) ?? null,
});
const inWeb = testThread({ containerId: web.id });

function read(
  name: string,
  argument?: string | number,
  thread: Thread | null = inWeb,
  view: StateView = state,
): FieldValue {
  const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, state: view });
  const fieldClass = [containers, mounts, pods].find(({ fields }) =>
    fields.some((field) => field.name === name),
  );
  return readField(fieldClass!, name, event, argument);
}

test.each<[string, string | number | undefined, FieldValue]>([
  ['container.id', undefined, '3ad7b26ded6d'],
  ['container.full_id', undefined, '3ad7b26ded6d8e7b'],
  ['container.name', undefined, 'web'],
  ['container.type', undefined, 'containerd'],
  ['container.image', undefined, 'docker.io/library/nginx:1.27'],
  ['container.image.repository', undefined, 'docker.io/library/nginx'],
  ['container.image.tag', undefined, '1.27'],
  ['container.privileged', undefined, true],
  ['container.ip', undefined, '10.1.2.3'],
  ['container.label', 'tier', 'front'],
  ['container.label', 'none', null],
  ['container.labels', undefined, 'bare, tier:front'],
  ['container.mounts', undefined, '/proc:/host/proc:ro:false:private,/data:/var/data::true:rprivate'],
  ['container.mount', 1, '/data:/var/data::true:rprivate'],
  ['container.mount', 2, null],
  ['container.mount', '/data', '/data:/var/data::true:rprivate'],
  ['container.mount.source', '/host/*', '/proc'],
  ['container.mount.dest', '^/proc$', '/host/proc'],
  ['container.mount.dest', '/none', null],
  ['container.mount.mode', 0, 'ro'],
  ['container.mount.rdwr', '/data', 'true'],
  ['container.mount.propagation', 0, 'private'],
  ['container.healthcheck', undefined, null],
  ['k8s.pod.name', undefined, 'web-1'],
  ['k8s.ns.name', undefined, 'prod'],
  ['k8s.pod.uid', undefined, 'u-1'],
  ['k8s.pod.id', undefined, 'u-1'],
  ['k8s.pod.sandbox_id', undefined, 'aaaabbbbcccc'],
  ['k8s.pod.full_sandbox_id', undefined, 'aaaabbbbccccdddd'],
  ['k8s.pod.label', 'app', 'web'],
  ['k8s.pod.label', 'own', 'label'],
  ['k8s.pod.labels', undefined, 'app:web'],
  ['k8s.pod.ip', undefined, '10.1.2.9'],
  ['k8s.pod.cni.json', undefined, '{"eth0":1}'],
  ['k8s.deployment.name', undefined, null],
])('%s[%s] is %j', (name, argument, value) => {
  expect(read(name, argument)).toBe(value);
});

describe('on the host', () => {
  const host = testThread();
  test.each<[string, FieldValue]>([
    ['container.id', 'host'],
    ['container.full_id', 'host'],
    ['container.name', 'host'],
    ['container.type', 'host'],
    ['container.image', ''],
    ['container.ip', ''],
    ['container.labels', ''],
    ['container.mounts', ''],
    ['container.privileged', false],
    ['k8s.pod.sandbox_id', ''],
    ['k8s.pod.ip', ''],
    ['k8s.pod.labels', ''],
    ['k8s.pod.cni.json', ''],
    ['k8s.pod.name', null],
    ['k8s.ns.name', null],
  ])('%s is %j', (name, value) => {
    expect(read(name, undefined, host)).toBe(value);
  });
});

test('of a container without metadata only the id and the start are known', () => {
  const thread = testThread({ containerId: 'ffff', pidnsInitStartTs: 1_699_999_999_000_000_000n });
  const values = [containers, mounts, pods].flatMap(({ fields }) =>
    fields
      .map((field) => [field.name, read(field.name, 'x', thread)] as const)
      .filter(([, value]) => value !== null),
  );
  expect(values).toEqual([
    ['container.id', 'ffff'],
    ['container.start_ts', 1_699_999_999_000_000_000n],
    ['container.duration', 1_000_000_000],
  ]);
});

test('of an unknown thread nothing is known', () => {
  const values = [containers, mounts, pods].flatMap(({ fields }) =>
    fields.map((field) => read(field.name, 'x', null)),
  );
  expect(new Set(values)).toEqual(new Set([null]));
});

test('a container event is about the container that it names', () => {
  const event = testEvent('ASYNCEVENT_E', [0, 'container', '{}'], {
    thread: testThread({ pidnsInitStartTs: 5n }),
    state,
  });
  event.container = web;
  expect(readField(containers, 'container.id', event)).toBe('3ad7b26ded6d');
  expect(readField(containers, 'container.name', event)).toBe('web');
  expect(readField(containers, 'container.start_ts', event)).toBeNull();
  expect(readField(containers, 'container.duration', event)).toBeNull();
});

test('a pod whose runtime told its network needs no sandbox', () => {
  const told: Container = { ...web, id: 'told', cniJson: '{}' };
  const view = testState({ container: (id) => (id === 'told' ? told : sandbox) });
  const thread = testThread({ containerId: 'told' });
  expect(read('k8s.pod.ip', undefined, thread, view)).toBe('10.1.2.3');
  expect(read('k8s.pod.cni.json', undefined, thread, view)).toBe('{}');
  expect(read('k8s.pod.labels', undefined, thread, view)).toBe('own:label');
});

test('a sandbox that is not known leaves the pod without address', () => {
  const view = testState({ container: (id) => (id === web.id ? web : null) });
  expect(read('k8s.pod.ip', undefined, inWeb, view)).toBeNull();
  expect(read('k8s.pod.cni.json', undefined, inWeb, view)).toBeNull();
  expect(read('k8s.pod.labels', undefined, inWeb, view)).toBe('own:label');
});
