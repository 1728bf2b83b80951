import { expect, test } from 'vitest';
import { bashTid, StateSession } from '../testkit/state-session.ts';
import { containerWith } from './container-json.ts';
import { freezeEvent } from './frozen-event.ts';

test('a frozen event shows what was, however the state goes on', () => {
  const session = new StateSession();
  const event = session.open(3, '/etc/shadow');
  const frozen = freezeEvent(event);
  const bash = session.state.thread(bashTid);
  if (bash === null) {
    throw new Error('bash is missing');
  }
  bash.comm = 'other';
  session.apply('SYSCALL_CLOSE_X', [0, 3]);
  session.open(3, '/tmp/harmless');
  expect(frozen.info.name).toBe('openat');
  expect(frozen.text(2)).toBe('/etc/shadow');
  expect(frozen.fd?.name).toBe('/etc/shadow');
  expect(frozen.thread).toMatchObject({ comm: 'bash', cmdline: 'bash -l', cwd: '/home/joe/' });
  expect(frozen.thread?.parent?.comm).toBe('init');
  expect(frozen.thread?.leader).toBe(frozen.thread);
  expect(frozen.state.thread(bashTid)).toBe(frozen.thread);
  expect(frozen.num).toBe(1);
});

test('the descriptors of its process are kept with it, the first of many and its own', () => {
  const session = new StateSession();
  for (let fd = 0; fd < 100; fd++) {
    session.open(fd, `/f${fd}`);
  }
  const frozen = freezeEvent(session.apply('SYSCALL_READ_X', [0, '', 99, 0]));
  session.open(0, '/other');
  session.apply('SYSCALL_CLOSE_X', [0, 99]);
  const fds = frozen.thread?.fds;
  expect([fds?.get(0)?.name, fds?.get(99)?.name, fds?.size]).toEqual(['/f0', '/f99', 100]);
  expect([...(fds?.entries() ?? [])]).toHaveLength(33);
  expect(fds?.get(50)).toBeUndefined();
});

test('what is known of its container is asked when it is read', () => {
  const session = new StateSession();
  const frozen = freezeEvent(session.open(3, '/x'));
  expect(frozen.state.container('abc')).toBeNull();
  session.state.containers.set(containerWith({ id: 'abc', name: 'late' }));
  expect(frozen.state.container('abc')?.name).toBe('late');
});
