import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

const aside = { tid: -1 };

test('users and groups of the host come, change and go', () => {
  const session = new StateSession();
  session.apply('USER_ADDED_E', [5, 6, 'ann', '/home/ann', '/bin/sh', ''], aside);
  session.apply('GROUP_ADDED_E', [6, 'staff', ''], aside);
  expect(session.state.user('', 5)).toEqual({
    uid: 5,
    gid: 6,
    name: 'ann',
    home: '/home/ann',
    shell: '/bin/sh',
  });
  expect(session.state.group('', 6)?.name).toBe('staff');
  session.apply('USER_ADDED_E', [5, 6, 'ann2', '/home/ann', '/bin/sh', ''], aside);
  expect(session.state.user('', 5)?.name).toBe('ann2');
  session.apply('USER_DELETED_E', [5, 6, 'ann2', '', '', ''], aside);
  session.apply('GROUP_DELETED_E', [6, 'staff', ''], aside);
  expect([session.state.user('', 5), session.state.group('', 6)]).toEqual([null, null]);
});

test('an event does not introduce users of a container, it renames those that are known', () => {
  const session = new StateSession();
  session.apply('USER_ADDED_E', [5, 6, 'ann', '', '', 'web'], aside);
  expect(session.state.user('web', 5)).toBeNull();
  session.state.users.setUser('web', { uid: 5, gid: 5, name: 'app', home: '/', shell: '' });
  session.apply('USER_ADDED_E', [5, 6, 'ann', '', '', 'web'], aside);
  expect(session.state.user('web', 5)?.name).toBe('ann');
});
