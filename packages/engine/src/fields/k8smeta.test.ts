import { expect, test } from 'vitest';
import type { FieldArgument } from '../field.ts';
import type { KubernetesObject, PodMeta } from '../state.ts';
import { readField, testEvent, testState, testThread } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass } from './k8smeta.ts';

const object = (name: string, labels: Record<string, string> = {}): KubernetesObject => ({
  name,
  uid: `uid-${name}`,
  labels: new Map(Object.entries(labels)),
});
const pod: PodMeta = {
  ...object('web-1', { app: 'web', 'app.kubernetes.io/name': 'x' }),
  ip: '10.0.0.7',
  namespace: object('prod', { team: 'a' }),
  deployment: object('web'),
  replicaSet: object('web-5f'),
  replicationController: null,
  services: [object('one', { tier: 'front' }), object('two'), object('three', { tier: 'back' })],
};
const thread = testThread({ tid: 9 });

function read(name: string, argument?: FieldArgument, meta: PodMeta | null = pod): FieldValue {
  const state = testState({ podMeta: (asked) => (asked === thread ? meta : null) });
  return readField(fieldClass, name, testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread, state }), argument);
}

test.each<[string, FieldArgument, FieldValue]>([
  ['k8smeta.pod.name', undefined, 'web-1'],
  ['k8smeta.pod.uid', undefined, 'uid-web-1'],
  ['k8smeta.pod.ip', undefined, '10.0.0.7'],
  ['k8smeta.pod.label', 'app.kubernetes.io/name', 'x'],
  ['k8smeta.pod.label', 'none', null],
  ['k8smeta.pod.labels', undefined, ['app:web', 'app.kubernetes.io/name:x']],
  ['k8smeta.ns.name', undefined, 'prod'],
  ['k8smeta.ns.label', 'team', 'a'],
  ['k8smeta.deployment.name', undefined, 'web'],
  ['k8smeta.deployment.labels', undefined, null],
  ['k8smeta.rs.uid', undefined, 'uid-web-5f'],
  ['k8smeta.rc.name', undefined, null],
  ['k8smeta.svc.name', undefined, ['one', 'two', 'three']],
  ['k8smeta.svc.uid', undefined, ['uid-one', 'uid-two', 'uid-three']],
  ['k8smeta.svc.label', 'tier', ['front', 'back']],
  ['k8smeta.svc.label', 'none', null],
  ['k8smeta.svc.labels', undefined, ['tier:front', 'tier:back']],
])('%s[%s] is %j', (name, argument, value) => {
  expect(read(name, argument)).toEqual(value);
});

test('outside of pods, and without a connection to the API, nothing is known', () => {
  const offline = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread });
  for (const field of fieldClass.fields) {
    expect(read(field.name, 'x', null)).toBeNull();
    expect(field.extract(offline, 'x')).toBeNull();
    expect(field.liveOnly).toBe(true);
  }
});

test('a pod without services or address has none', () => {
  expect(read('k8smeta.svc.name', undefined, { ...pod, services: [] })).toBeNull();
  expect(read('k8smeta.pod.ip', undefined, { ...pod, ip: '' })).toBeNull();
});
