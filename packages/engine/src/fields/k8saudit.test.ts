import { describe, expect, test } from 'vitest';
import type { FieldArgument } from '../field.ts';
import { testEvent } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass as requests } from './k8saudit.ts';
import { fieldClass as containers } from './k8saudit-containers.ts';
import { fieldClass as objects } from './k8saudit-objects.ts';
import { fieldClass as roles } from './k8saudit-roles.ts';

const fields = new Map(
  [requests, containers, objects, roles].flatMap((fieldClass) =>
    fieldClass.fields.map((field) => [field.name, field]),
  ),
);

function read(name: string, record: unknown, argument?: FieldArgument, source = 'k8s_audit'): FieldValue {
  const text = typeof record === 'string' ? record : JSON.stringify(record);
  const payload = Buffer.from(text, 'utf8').toString('latin1');
  return fields.get(name)!.extract(testEvent('PLUGINEVENT_E', [1, payload], { source }), argument);
}

const request = {
  kind: 'Event',
  auditID: 'a-1',
  stage: 'ResponseComplete',
  verb: 'create',
  requestURI: '/api/v1/namespaces/shop/pods?dryRun=All&fieldManager=k%20b&fieldManager=other&flag',
  user: { username: 'jo', groups: ['dev', 'system:authenticated'] },
  impersonatedUser: { username: 'root' },
  userAgent: 'kubectl/v1',
  sourceIPs: ['10.0.0.9'],
  objectRef: { resource: 'pods', namespace: 'shop', name: 'cart' },
  responseStatus: { code: 403, reason: 'Forbidden' },
  responseObject: { metadata: { name: 'cart-0' } },
  annotations: {
    'authorization.k8s.io/decision': 'forbid',
    'authorization.k8s.io/reason': '',
    'authentication.openshift.io/decision': 'allow',
    'authentication.openshift.io/username': 'jo@example.org',
    'validation.policy.admission.k8s.io/validation_failure': '[{"message":"no"}]',
    'pod-security.kubernetes.io/audit-violations': 'privileged',
    cluster_name: 'pi',
  },
};

const pod = {
  ...request,
  requestObject: {
    spec: {
      hostNetwork: true,
      hostPID: false,
      hostIPC: null,
      securityContext: { runAsUser: 7, runAsGroup: 8, fsGroup: 9, supplementalGroups: [1, 2] },
      volumes: [
        { name: 'a', hostPath: { path: '/etc/ssl' } },
        { name: 'b', secret: {} },
        { hostPath: { path: '/proc' }, name: 'c' },
        { name: 'd', flexVolume: { driver: 'x/y' } },
      ],
      containers: [
        {
          name: 'one',
          image: 'example.org/shop:2@sha256:00',
          command: ['sh', '-c'],
          args: ['a', 'b c'],
          ports: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081 }, {}],
          securityContext: {
            privileged: false,
            allowPrivilegeEscalation: true,
            readOnlyRootFilesystem: true,
            runAsUser: 1000,
            runAsGroup: 1001,
            procMount: 'Unmasked',
            capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] },
          },
        },
        { name: 'two', image: 'localhost:5000/x', runAsUser: 5, securityContext: { privileged: true } },
      ],
      initContainers: [{ name: 'init', image: 'setup' }],
      ephemeralContainers: [{ name: 'debug', image: 'busybox', securityContext: { privileged: true } }],
    },
  },
};

describe('a request', () => {
  test.each<[string, FieldArgument, FieldValue]>([
    ['ka.auditid', undefined, 'a-1'],
    ['ka.stage', undefined, 'ResponseComplete'],
    ['ka.auth.decision', undefined, 'forbid'],
    ['ka.auth.reason', undefined, ''],
    ['ka.auth.openshift.decision', undefined, 'allow'],
    ['ka.auth.openshift.username', undefined, 'jo@example.org'],
    ['ka.validations.admission.policy.failure', undefined, '[{"message":"no"}]'],
    ['ka.security.pod.violations', undefined, 'privileged'],
    ['ka.user.name', undefined, 'jo'],
    ['ka.user.groups', undefined, ['dev', 'system:authenticated']],
    ['ka.impuser.name', undefined, 'root'],
    ['ka.verb', undefined, 'create'],
    ['ka.uri.param', 'dryRun', 'All'],
    ['ka.uri.param', 'fieldManager', 'k b'],
    ['ka.uri.param', 'flag', ''],
    ['ka.uri.param', 'force', null],
    ['ka.target.name', undefined, 'cart'],
    ['ka.target.namespace', undefined, 'shop'],
    ['ka.target.resource', undefined, 'pods'],
    ['ka.target.subresource', undefined, null],
    ['ka.target.pod.name', undefined, 'cart-0'],
    ['ka.resp.name', undefined, 'cart-0'],
    ['ka.response.code', undefined, '403'],
    ['ka.response.reason', undefined, 'Forbidden'],
    ['ka.useragent', undefined, 'kubectl/v1'],
    ['ka.sourceips', undefined, null],
    ['ka.cluster.name', undefined, 'pi'],
  ])('%s[%s] is %j', (name, argument, expected) => {
    expect(read(name, request, argument)).toEqual(expected);
  });

  test('about a part of a pod has no pod name', () => {
    const exec = { ...request, objectRef: { resource: 'pods', subresource: 'exec' } };
    expect(read('ka.target.pod.name', exec)).toBeNull();
    expect(read('ka.target.pod.name', { ...request, objectRef: { resource: 'nodes' } })).toBeNull();
  });
});

describe('a pod', () => {
  test.each<[string, FieldArgument, FieldValue]>([
    ['ka.req.pod.host_network', undefined, 'true'],
    ['ka.req.container.host_network', undefined, 'true'],
    ['ka.req.pod.host_pid', undefined, 'false'],
    ['ka.req.pod.host_ipc', undefined, 'null'],
    ['ka.req.pod.run_as_user', undefined, '7'],
    ['ka.req.pod.run_as_group', undefined, '8'],
    ['ka.req.pod.fs_group', undefined, '9'],
    ['ka.req.pod.supplemental_groups', undefined, ['1', '2']],
    ['ka.req.pod.volumes.hostpath', undefined, ['/etc/ssl', '/proc']],
    ['ka.req.pod.volumes.hostpath', 2, ['/proc']],
    ['ka.req.pod.volumes.hostpath', 1, null],
    ['ka.req.pod.volumes.hostpath', 9, null],
    ['ka.req.pod.volumes.flexvolume_driver', undefined, ['x/y']],
    ['ka.req.pod.volumes.volume_type', undefined, ['hostPath', 'secret', 'hostPath', 'flexVolume']],
    ['ka.req.pod.volumes.volume_type', 1, ['secret']],
    ['ka.req.volume.hostpath', '/proc', 'true'],
    ['ka.req.volume.hostpath', '/etc', 'false'],
    ['ka.req.volume.hostpath', '/etc*', 'true'],
    ['ka.req.volume.hostpath', '*', 'true'],
    ['ka.req.container.image', undefined, 'example.org/shop:2@sha256:00'],
    ['ka.req.container.image.repository', undefined, 'example.org/shop'],
    ['ka.req.container.privileged', undefined, 'true'],
    ['ka.req.pod.containers.name', undefined, ['one', 'two']],
    ['ka.req.pod.containers.name', 1, ['two']],
    ['ka.req.pod.containers.name', 2, null],
    ['ka.req.pod.containers.image', undefined, ['example.org/shop:2@sha256:00', 'localhost:5000/x']],
    ['ka.req.pod.containers.image.repository', undefined, ['example.org/shop', 'localhost']],
    ['ka.req.pod.containers.command', undefined, ['sh -c']],
    ['ka.req.pod.containers.args', 0, ['a b c']],
    ['ka.req.pod.containers.args', 1, null],
    ['ka.req.pod.containers.host_port', undefined, ['80', '8081']],
    ['ka.req.pod.containers.privileged', undefined, ['false', 'true']],
    ['ka.req.pod.containers.allow_privilege_escalation', undefined, ['true']],
    ['ka.req.pod.containers.read_only_fs', 0, ['true']],
    ['ka.req.pod.containers.run_as_user', undefined, ['1000']],
    ['ka.req.pod.containers.eff_run_as_user', undefined, ['0', '5']],
    ['ka.req.pod.containers.eff_run_as_user', 0, null],
    ['ka.req.pod.containers.run_as_group', undefined, ['1001']],
    ['ka.req.pod.containers.eff_run_as_group', undefined, ['0', '0']],
    ['ka.req.pod.containers.proc_mount', undefined, ['Unmasked']],
    ['ka.req.pod.containers.add_capabilities', undefined, ['["NET_ADMIN","SYS_TIME"]']],
    ['ka.req.pod.initContainers.name', undefined, ['init']],
    ['ka.req.pod.initContainers.privileged', undefined, null],
    ['ka.req.pod.initContainers.host_port', undefined, null],
    ['ka.req.pod.ephemeralContainers.privileged', undefined, ['true']],
    ['ka.req.pod.ephemeralContainers.image', undefined, ['busybox']],
  ])('%s[%s] is %j', (name, argument, expected) => {
    expect(read(name, pod, argument)).toEqual(expected);
  });

  test('without containers, or with one that lacks an image, has no images', () => {
    const withContainers = (list: unknown): unknown => ({
      ...request,
      requestObject: { spec: { containers: list } },
    });
    expect(read('ka.req.pod.containers.image', withContainers([]))).toBeNull();
    expect(read('ka.req.container.image', withContainers([]))).toBeNull();
    expect(read('ka.req.pod.containers.image', withContainers([{ image: 'a' }, {}]))).toBeNull();
    expect(read('ka.req.container.image', withContainers([{}, { image: 'a' }]))).toBeNull();
    expect(read('ka.req.container.privileged', withContainers([{}, { image: 'a' }]))).toBe('false');
    expect(read('ka.req.container.privileged', request)).toBeNull();
    expect(read('ka.req.pod.containers.command', withContainers([{ command: 'sh' }]))).toBeNull();
    expect(read('ka.req.pod.containers.args', withContainers([{ args: [1] }]))).toBeNull();
    expect(read('ka.req.pod.containers.host_port', withContainers([{ ports: 1 }]))).toBeNull();
  });
});

describe('a role binding', () => {
  const subjects = [
    { kind: 'User', name: 'jo' },
    { kind: 'Group', name: 'dev' },
    { kind: 'ServiceAccount', name: 'bot', namespace: 'shop' },
    { kind: 'ServiceAccount', name: 'stray' },
    { kind: 'User' },
  ];
  const binding = { ...request, requestObject: { subjects, roleRef: { name: 'admin' } } };

  test.each<[string, FieldValue]>([
    ['ka.req.binding.subjects', subjects.map((subject) => JSON.stringify(subject))],
    ['ka.req.binding.subjects.user_names', ['jo']],
    ['ka.req.binding.subjects.group_names', ['dev']],
    ['ka.req.binding.subjects.serviceaccount_names', ['bot', 'stray']],
    ['ka.req.binding.subjects.serviceaccount_ns_names', ['shop:bot']],
    ['ka.req.binding.role', 'admin'],
    ['ka.req.binding.subject.has_name', 'true'],
  ])('%s is %j', (name, expected) => {
    expect(read(name, binding)).toEqual(expected);
  });

  test('without subjects has no names', () => {
    expect(read('ka.req.binding.subjects.user_names', request)).toBeNull();
    expect(
      read('ka.req.binding.subjects.user_names', { ...request, requestObject: { subjects: {} } }),
    ).toBeNull();
  });
});

describe('a role', () => {
  const rules = [
    { verbs: ['get', 'list'], resources: ['pods', 'pods/log'], apiGroups: [''] },
    { verbs: ['*'], nonResourceURLs: ['/metrics'] },
  ];
  const role = { ...request, requestObject: { rules } };

  test.each<[string, FieldArgument, FieldValue]>([
    ['ka.req.role.rules', undefined, rules.map((rule) => JSON.stringify(rule))],
    ['ka.req.role.rules.verbs', undefined, ['get', 'list', '*']],
    ['ka.req.role.rules.verbs', 1, ['*']],
    ['ka.req.role.rules.verbs', 2, null],
    ['ka.req.role.rules.resources', undefined, ['pods', 'pods/log']],
    ['ka.req.role.rules.apiGroups', undefined, ['']],
    ['ka.req.role.rules.nonResourceURLs', 0, null],
    ['ka.req.role.rules.nonResourceURLs', 1, ['/metrics']],
  ])('%s[%s] is %j', (name, argument, expected) => {
    expect(read(name, role, argument)).toEqual(expected);
  });
});

test('services and configuration maps show what was sent', () => {
  const ports = [{ port: 80 }, { port: 443, nodePort: 30443 }];
  const service = { ...request, requestObject: { spec: { type: 'NodePort', ports } } };
  expect(read('ka.req.service.type', service)).toBe('NodePort');
  expect(read('ka.req.service.ports', service)).toEqual([JSON.stringify(ports)]);
  expect(read('ka.req.service.ports', service, 1)).toEqual([JSON.stringify(ports)]);
  const map = { ...request, requestObject: { data: { 'a.conf': 'password=ü' } } };
  expect(read('ka.req.configmap.name', map)).toBe('cart');
  expect(read('ka.req.configmap.obj', map)).toBe(
    Buffer.from('{"a.conf":"password=ü"}', 'utf8').toString('latin1'),
  );
});

test('values end at a NUL, whatever is joined', () => {
  expect(read('ka.user.name', { auditID: '1', user: { username: 'jo\u0000x' } })).toBe('jo');
  const spec = { containers: [{ args: ['a\u0000b', 'c'] }] };
  expect(read('ka.req.pod.containers.args', { auditID: '1', requestObject: { spec } })).toEqual(['a']);
});

test('other events have no values', () => {
  expect(read('ka.verb', request, undefined, 'aws_cloudtrail')).toBeNull();
  expect(read('ka.verb', { verb: 'get' })).toBeNull();
  expect(read('ka.verb', '{"auditID":"1","verb":')).toBeNull();
  expect(read('ka.verb', ' {"auditID":"1","verb":"get"}')).toBeNull();
  const syscall = testEvent('SYSCALL_CLOSE_X', [0n], { source: 'k8s_audit' });
  expect(fields.get('ka.verb')!.extract(syscall, undefined)).toBeNull();
});

test('the JSON of an event is read once, and again for the next event in the same view', () => {
  const event = testEvent('PLUGINEVENT_E', [1, '{"auditID":"1","verb":"get"}'], { source: 'k8s_audit' });
  expect(fields.get('ka.verb')!.extract(event, undefined)).toBe('get');
  const cached = event.cache.get('json');
  expect(fields.get('ka.auditid')!.extract(event, undefined)).toBe('1');
  expect(event.cache.get('json')).toBe(cached);
  event.reset(event.bytes, event.view, 0, 0);
  expect(event.cache.has('json')).toBe(false);
});
