import { latin1 } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

const payload = (properties: object): Uint8Array => latin1(`${JSON.stringify({ container: properties })}\0`);

test('a container comes and goes with its events, which are about it', () => {
  const session = new StateSession();
  const json = payload({ id: 'abc', name: 'web', type: 0, image: 'nginx:1' });
  expect(session.apply('ASYNCEVENT_E', [0, 'container', json]).container?.name).toBe('web');
  expect(session.state.container('abc')?.image).toBe('nginx:1');
  expect(session.apply('SYSCALL_GETUID_X', [0]).container).toBeNull();
  expect(session.apply('ASYNCEVENT_E', [0, 'container_removed', json]).container?.name).toBe('web');
  expect(session.state.container('abc')).toBeNull();
});

test('events of old captures introduce containers too', () => {
  const session = new StateSession();
  const event = session.apply('CONTAINER_JSON_2_E', [payload({ id: 'abc', name: 'old', type: 6 })]);
  expect(event.container).toMatchObject({ name: 'old', type: 'cri' });
  expect(session.state.stats()).toMatchObject({ nContainers: 1, nMissingContainerImages: 1 });
});

test('a payload that cannot be read is counted and costs nothing else', () => {
  const session = new StateSession();
  expect(session.apply('ASYNCEVENT_E', [0, 'container', latin1('{"container":')]).container).toBeNull();
  expect(session.apply('CONTAINER_JSON_2_E', [null]).container).toBeNull();
  expect(session.state.stats()).toMatchObject({ nContainers: 0, nFailedContainerEvents: 2 });
});

test('names in other alphabets are kept as their bytes', () => {
  const session = new StateSession();
  const bytes = new TextEncoder().encode('{"container":{"id":"a","name":"ж\\u0436"}}');
  expect(session.apply('ASYNCEVENT_E', [0, 'container', bytes]).container?.name).toBe(
    '\u00d0\u00b6\u00d0\u00b6',
  );
});
