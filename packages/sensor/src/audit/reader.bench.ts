import { Buffer } from 'node:buffer';
import { EventView, fieldClasses } from '@lanner/engine';
import { testState } from '@lanner/engine/testkit';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { latin1 } from '../capture/latin1.ts';
import { AuditReader } from './reader.ts';

const records = 20_000;
const chunkBytes = 64 * 1024;
const fieldNames = [
  'ka.verb',
  'ka.target.resource',
  'ka.user.name',
  'ka.response.code',
  'ka.req.pod.containers.image',
];

let log: Uint8Array = new Uint8Array(0);

/** An audit log of requests about pods, of about 1.5 KB each. */
function prepare(): void {
  const container = {
    name: 'web',
    image: 'example.org/shop/web:1.2',
    env: [],
    ports: [{ containerPort: 80 }],
  };
  const spec = {
    containers: Array.from({ length: 6 }, () => container),
    volumes: [{ name: 'x', emptyDir: {} }],
  };
  const lines = Array.from({ length: records }, (_, i) =>
    JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: `00000000-0000-0000-0000-${String(i).padStart(12, '0')}`,
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/shop/pods?dryRun=All',
      verb: i % 10 === 0 ? 'create' : 'get',
      user: { username: 'system:serviceaccount:shop:deployer', groups: ['system:authenticated'] },
      objectRef: { resource: 'pods', namespace: 'shop', name: `web-${i}` },
      responseStatus: { code: 200 },
      requestObject: { kind: 'Pod', metadata: { labels: { app: 'web' } }, spec },
      stageTimestamp: '2024-05-01T12:00:00.123456Z',
    }),
  );
  log = Buffer.from(`${lines.join('\n')}\n`);
}

/** Reads the log; gives events a second. */
function read(onEvent: (event: EventView) => void): number {
  const reader = new AuditReader(() => undefined);
  const event = new EventView(testState(), latin1);
  const start = performance.now();
  for (let at = 0; at < log.length; at += chunkBytes) {
    reader.push(log.subarray(at, at + chunkBytes));
    while (reader.next(event) === 'event') {
      onEvent(event);
    }
  }
  return (reader.events / (performance.now() - start)) * 1000;
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: 'audit-read',
    unit: 'events/s',
    note: 'records of 1.5 KB',
    prepare,
    run: () => read(() => undefined),
  },
  {
    id: 'audit-fields',
    unit: 'events/s',
    note: `${fieldNames.length} fields of each record`,
    prepare,
    run() {
      const fields = fieldClasses
        .flatMap((fieldClass) => fieldClass.fields)
        .filter(({ name }) => fieldNames.includes(name));
      return read((event) => {
        for (const field of fields) {
          field.extract(event, undefined);
        }
      });
    },
  },
];
