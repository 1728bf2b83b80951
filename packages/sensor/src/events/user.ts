import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { textOf, uint } from '../lib/params.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'user',
  doc: 'Users and groups come and go, of the host and of containers.',
  on: {
    USER_ADDED_E: addUser,
    USER_DELETED_E: (event, state) => state.users.deleteUser(textOf(event, 5), uint(event, 0)),
    GROUP_ADDED_E: addGroup,
    GROUP_DELETED_E: (event, state) => state.users.deleteGroup(textOf(event, 2), uint(event, 0)),
  },
});

// Falco reads the users of a container from the container's files; an event only renames those it has found there.
function addUser(event: EventView, state: StateTables): void {
  const containerId = textOf(event, 5);
  const uid = uint(event, 0);
  if (containerId === '' || state.users.user(containerId, uid) !== null) {
    state.users.setUser(containerId, {
      uid,
      gid: uint(event, 1),
      name: textOf(event, 2),
      home: textOf(event, 3),
      shell: textOf(event, 4),
    });
  }
}

function addGroup(event: EventView, state: StateTables): void {
  const containerId = textOf(event, 2);
  const gid = uint(event, 0);
  if (containerId === '' || state.users.group(containerId, gid) !== null) {
    state.users.setGroup(containerId, { gid, name: textOf(event, 1) });
  }
}
