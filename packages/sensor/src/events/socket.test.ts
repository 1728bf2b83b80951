import { fdTypes, l4Protocols } from '@lanner/engine';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

const { tcp, udp, icmp, raw, unknown } = l4Protocols;

test.each([
  [1, 1, 0, fdTypes.unix, unknown],
  [2, 1, 0, fdTypes.ipv4, tcp],
  [2, 2 | 0x800, 0, fdTypes.ipv4, udp],
  [2, 1, 6, fdTypes.ipv4, tcp],
  [10, 2, 17, fdTypes.ipv6, udp],
  [10, 3, 1, fdTypes.ipv6, raw],
  [2, 2, 1, fdTypes.ipv4, icmp],
  [2, 3, 255, fdTypes.ipv4, raw],
  [2, 3, 0, fdTypes.ipv4, unknown],
  [16, 3, 0, fdTypes.netlink, unknown],
  [17, 3, 0, fdTypes.unknown, unknown],
])('family %d, type %d, protocol %d make kind %d with protocol %d', (family, type, protocol, kind, l4) => {
  const session = new StateSession();
  expect(session.apply('SOCKET_SOCKET_X', [3, family, type, protocol, 4096]).fd).toMatchObject({
    type: kind,
    l4,
    name: '',
    openFlags: 4096,
    isClient: false,
    isServer: false,
  });
});

test('a failed call makes none', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [-24, 2, 1, 0, 0]);
  expect(session.state.thread(100)?.fds.size).toBe(0);
});
