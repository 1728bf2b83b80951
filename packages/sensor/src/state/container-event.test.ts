import { type Container, EventView } from '@lanner/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latin1 } from '../capture/latin1.ts';
import { containerEvent } from './container-event.ts';
import { containerTypes, containerWith, parseContainer } from './container-json.ts';
import { StateTables } from './tables.ts';

/** Byte strings that are UTF-8. */
const text = fc.string({ unit: 'grapheme' }).map((value) => Buffer.from(value, 'utf8').toString('latin1'));
// A JSON object has no entry of this name.
const labels = fc
  .dictionary(
    text.filter((name) => name !== '__proto__'),
    text,
  )
  .map((entries) => new Map(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))));

const containers: fc.Arbitrary<Container> = fc.record({
  id: text,
  fullId: text,
  name: text,
  type: fc.constantFrom(...containerTypes.map(([, name]) => name), ''),
  image: text,
  imageId: text,
  imageRepository: text,
  imageTag: text,
  imageDigest: text,
  ip: text,
  cniJson: text,
  privileged: fc.boolean(),
  hostPid: fc.boolean(),
  hostNetwork: fc.boolean(),
  hostIpc: fc.boolean(),
  mounts: fc.array(
    fc.record({ source: text, destination: text, mode: text, writable: fc.boolean(), propagation: text }),
  ),
  labels,
  podSandboxId: text,
  podSandboxLabels: labels,
  healthcheckExe: fc.constantFrom('', '/bin/check'),
  healthcheckArgs: fc.constant([]),
  livenessExe: fc.constant('/bin/live'),
  livenessArgs: fc.array(text),
  readinessExe: fc.constant(''),
  readinessArgs: fc.constant([]),
  createdTs: fc.integer({ min: 0, max: 2 ** 31 }).map((seconds) => BigInt(seconds) * 1_000_000_000n),
  sizeBytes: fc.integer({ min: -1 }),
  user: text,
});

function viewOf(bytes: Uint8Array, state: StateTables): EventView {
  const event = new EventView(state, latin1);
  event.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset), 0, 0);
  return event;
}

test('what the event says of a container is what is read of it', () => {
  fc.assert(
    fc.property(containers, (container) => {
      const event = viewOf(containerEvent(container, 5n), new StateTables());
      const json = Buffer.from(event.text(2), 'latin1').toString('utf8');
      expect(parseContainer(json).container).toEqual(container);
      expect([event.info.code, event.text(1), event.ts]).toEqual(['ASYNCEVENT_E', 'container', 5n]);
    }),
  );
});

test('the tables take it in, and forget what is removed', () => {
  const state = new StateTables();
  const web = containerWith({ id: '0123456789ab', name: 'web' });
  state.apply(viewOf(containerEvent(web, 5n), state));
  expect(state.container('0123456789ab')?.name).toBe('web');
  const event = viewOf(containerEvent(web, 6n, 'container_removed'), state);
  state.apply(event);
  expect([state.container('0123456789ab'), event.container?.name]).toEqual([null, 'web']);
  expect(state.stats().nThreads).toBe(0);
});
