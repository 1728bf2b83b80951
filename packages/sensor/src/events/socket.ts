import type { EventView } from '@lanner/engine';
import { defineEventHandler } from '../event-handler.ts';
import { int64, uint } from '../lib/params.ts';
import { newSocket } from '../state/new-socket.ts';
import type { StateTables } from '../state/tables.ts';

export const eventHandler = defineEventHandler({
  id: 'socket',
  doc: 'socket makes a socket without ends.',
  on: {
    SOCKET_SOCKET_X: socket,
  },
});

function socket(event: EventView, state: StateTables): void {
  const fd = int64(event, 0, -1);
  if (state.currentThread !== null && fd >= 0) {
    const [family, type, protocol] = [uint(event, 1), uint(event, 2), uint(event, 3)];
    state.addFd(fd, newSocket(family, type, protocol, uint(event, 4)));
  }
}
