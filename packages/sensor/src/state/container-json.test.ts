import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseContainer } from './container-json.ts';

test('reads what an engine says of a container', () => {
  const { container, isPodSandbox } = parseContainer(
    JSON.stringify({
      container: {
        id: '32a1026ccb88',
        full_id: '32a1026ccb88a551',
        type: 0,
        name: 'wéb',
        image: 'fedora:38',
        imagerepo: 'fedora',
        imagetag: '38',
        ip: '172.17.0.2',
        privileged: true,
        Mounts: [{ Source: '/s', Destination: '/d', Mode: 'ro', RW: true, Propagation: 'rprivate' }],
        labels: { b: '2', a: '' },
        pod_sandbox_labels: null,
        created_time: 1_730_971_086,
        size: 5,
        User: 'app',
        Healthcheck: { exe: '/bin/ok', args: ['-v'] },
        is_pod_sandbox: true,
      },
    }),
  );
  expect(container).toMatchObject({
    id: '32a1026ccb88',
    fullId: '32a1026ccb88a551',
    type: 'docker',
    // UTF-8 as bytes.
    name: 'w\u00c3\u00a9b',
    imageRepository: 'fedora',
    imageTag: '38',
    privileged: true,
    hostPid: false,
    createdTs: 1_730_971_086_000_000_000n,
    sizeBytes: 5,
    user: 'app',
    healthcheckExe: '/bin/ok',
    healthcheckArgs: ['-v'],
    livenessArgs: [],
  });
  expect(container.mounts).toEqual([
    { source: '/s', destination: '/d', mode: 'ro', writable: true, propagation: 'rprivate' },
  ]);
  expect([...container.labels.keys()]).toEqual(['a', 'b']);
  expect(isPodSandbox).toBe(true);
});

test.each(['', '{', '[]', '{"container":5}', '{"container":null}', 'null'])('%s is refused', (json) => {
  expect(() => parseContainer(json)).toThrow(AppError);
});

test('any JSON is read or refused, never crashed on', () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(
      fc.record({ labels: value, Mounts: value, type: value, created_time: value, ip: value }),
      (object) => {
        const { container } = parseContainer(JSON.stringify({ container: object }));
        expect(typeof container.ip).toBe('string');
      },
    ),
  );
});
