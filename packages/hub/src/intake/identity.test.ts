import type { FalcoEvent } from '@lanner/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf, UlidSource, workloadOf } from './identity.ts';

function event(fields: Record<string, unknown>): FalcoEvent {
  return {
    uuid: 'u',
    output: 'o',
    priority: 'Error',
    rule: 'r',
    time: '2026-01-01T00:00:00Z',
    source: 'syscall',
    output_fields: fields,
    hostname: 'n1',
  };
}

function fingerprint(fields: Record<string, unknown>): string {
  const alert = event(fields);
  return fingerprintOf(alert, workloadOf(alert));
}

test('the workload is read from the fields that there are', () => {
  expect(
    workloadOf(
      event({
        'k8s.ns.name': 'shop',
        'k8s.pod.name': '<NA>',
        'container.id': '0123456789abcdef',
        'container.name': 'web',
        'container.image.repository': 'registry:5000/nginx',
        'container.image.tag': '1.2',
      }),
    ),
  ).toEqual({
    namespace: 'shop',
    pod: '',
    containerId: '0123456789ab',
    container: 'web',
    image: 'registry:5000/nginx:1.2',
  });
});

test('pods of one workload, numbered files and other clients are the same thing again', () => {
  const base = {
    'k8s.ns.name': 'a',
    'container.id': 'c1',
    'container.image.repository': 'nginx',
    'proc.name': 'sh',
  };
  const one = fingerprint({ ...base, 'k8s.pod.name': 'web-7d9f8c6b5-x2x4z', 'fd.name': '/tmp/build-123/x' });
  expect(
    fingerprint({
      ...base,
      'k8s.pod.name': 'web-7d9f8c6b5-abcde',
      'fd.name': '/tmp/build-9/x',
      'container.id': 'c2',
    }),
  ).toBe(one);
  expect(fingerprint({ ...base, 'k8s.pod.name': 'web-7d9f8c6b5-x2x4z', 'fd.name': '/tmp/other/x' })).not.toBe(
    one,
  );
  expect(fingerprint({ ...base, 'k8s.pod.name': 'db-0', 'fd.name': '/tmp/build-123/x' })).not.toBe(one);
  expect(fingerprint({ ...base, 'fd.name': '10.0.0.1:40000->10.0.0.2:443' })).toBe(
    fingerprint({ ...base, 'fd.name': '10.0.0.1:40001->10.0.0.2:443' }),
  );
  expect(fingerprint({ ...base, 'fd.name': '10.0.0.1:40000->10.0.0.2:80' })).not.toBe(
    fingerprint({ ...base, 'fd.name': '10.0.0.1:40000->10.0.0.2:443' }),
  );
});

test('ids grow, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 2 }), (times) => {
      const source = new UlidSource();
      const ids = times.map((time) => source.next(time));
      expect(ids.every((id) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id))).toBe(true);
      expect([...ids].sort()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
