import { expect, test } from 'vitest';
import { hostContainer } from '../lib/containers.ts';
import { type User, unset } from '../state.ts';
import { readField, testEvent, testState, testThread } from '../testkit/index.ts';
import { fieldClass as groupClass } from './group.ts';
import { fieldClass } from './user.ts';

const alice: User = { uid: 1000, gid: 100, name: 'alice', home: '/home/alice', shell: '/bin/zsh' };
const state = testState({
  user: (containerId, uid) => (containerId === 'c1' && uid === 1000 ? alice : null),
  group: (containerId, gid) => (containerId === 'c1' && gid === 100 ? { gid, name: 'staff' } : null),
  container: (id) => (id === 'c1' ? { ...hostContainer, id, user: 'nobody' } : null),
});

function read(name: string, thread: Parameters<typeof testThread>[0]): unknown {
  const event = testEvent('SYSCALL_GETCWD_X', [0, '/'], { thread: testThread(thread), state });
  return readField(name.startsWith('user') ? fieldClass : groupClass, name, event);
}

test.each([
  ['user.uid', 1000],
  ['user.name', 'alice'],
  ['user.homedir', '/home/alice'],
  ['user.shell', '/bin/zsh'],
  ['user.loginuid', 1000],
  ['user.loginname', 'alice'],
  ['group.gid', 100],
  ['group.name', 'staff'],
])('%s of a known user is %j', (name, value) => {
  expect(read(name, { uid: 1000, gid: 100, loginuid: 1000, containerId: 'c1' })).toBe(value);
});

test.each([
  ['user.name', 'root', '<NA>'],
  ['user.homedir', '/root', '<NA>'],
  ['user.shell', '<NA>', '<NA>'],
  ['user.loginname', 'root', '<NA>'],
  ['group.name', 'root', '<NA>'],
])('%s of an unknown id is %j for 0 and %j for others', (name, root, other) => {
  expect(read(name, { uid: 0, gid: 0, loginuid: 0 })).toBe(root);
  expect(read(name, { uid: 1000, gid: 100, loginuid: 1000 })).toBe(other);
});

test('a login that never happened is -1', () => {
  expect(read('user.loginuid', { loginuid: unset.id })).toBe(-1);
});

test('an event that announces a container names the user of the container', () => {
  const thread = testThread({ containerId: 'c1', uid: 1000 });
  const named = (name: string): unknown =>
    readField(fieldClass, 'user.name', testEvent('ASYNCEVENT_E', [0, name, '{}'], { thread, state }));
  expect(named('container')).toBe('nobody');
  expect(named('container_removed')).toBe('alice');
  expect(readField(fieldClass, 'user.name', testEvent('CONTAINER_JSON_2_E', ['{}'], { thread, state }))).toBe(
    'nobody',
  );
});
