import { fdTypes } from '@lanner/engine';
import { concatBytes, sockaddr, socktuple, uint, unixSockaddr, unixSocktuple } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

function withSocket(family: number, type = 1): StateSession {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, family, type, 0, 0]);
  return session;
}

const tuple = socktuple('10.0.0.5', 40000, '1.2.3.4', 443);

test.each([0, -115])('a connection has two ends, also while it is being made (%d)', (result) => {
  const { fd } = withSocket(2).apply('SOCKET_CONNECT_X', [result, tuple, 3, sockaddr('1.2.3.4', 443)]);
  expect(fd).toMatchObject({
    type: fdTypes.ipv4,
    name: '10.0.0.5:40000->1.2.3.4:443',
    nameChanged: true,
    isClient: true,
    isConnected: true,
    sip: '\n\0\0\x05',
    dip: '\x01\x02\x03\x04',
    sport: 40000,
    dport: 443,
  });
});

test('a refused connection leaves the socket as it was', () => {
  const { fd } = withSocket(2).apply('SOCKET_CONNECT_X', [-111, tuple, 3, null]);
  expect(fd).toMatchObject({ name: '', isConnected: false, isClient: false });
});

test('an IPv6 socket connects over IPv6, or over IPv4, where its protocol is not known', () => {
  const six = socktuple('2001:db8::1', 1, '2001:db8::2', 2);
  expect(withSocket(10).apply('SOCKET_CONNECT_X', [0, six, 3, null]).fd).toMatchObject({
    type: fdTypes.ipv6,
    name: '2001:db8::1:1->2001:db8::2:2',
  });
  const address = (last: number) =>
    concatBytes(new Uint8Array(10), uint(0xffff, 2), Uint8Array.of(10, 0, 0, last));
  const mapped = concatBytes(uint(10, 1), address(1), uint(1, 2), address(2), uint(2, 2));
  expect(withSocket(10).apply('SOCKET_CONNECT_X', [0, mapped, 3, null]).fd).toMatchObject({
    type: fdTypes.ipv4,
    name: '<unknown>',
    dip: '\n\0\0\x02',
  });
});

test('unix sockets are named by their kernel addresses and the path', () => {
  const { fd } = withSocket(1).apply('SOCKET_CONNECT_X', [
    0,
    unixSocktuple(0xabcn, 0xdefn, '/run/x'),
    3,
    null,
  ]);
  expect(fd).toMatchObject({ name: 'abc->def /run/x', unixSource: 0xabcn, unixDest: 0xdefn, isClient: true });
});

test('the destination at the call’s start counts where the program could have changed it', () => {
  const session = withSocket(2);
  session.apply('SOCKET_CONNECT_E', [3, sockaddr('9.9.9.9', 22)]);
  const { fd } = session.apply('SOCKET_CONNECT_X', [0, tuple, 3, sockaddr('1.2.3.4', 443)]);
  expect(fd?.name).toBe('10.0.0.5:40000->9.9.9.9:22');
});

test('without a tuple the destination is all that is known', () => {
  const session = withSocket(2);
  session.apply('SOCKET_CONNECT_E', [3, sockaddr('9.9.9.9', 22)]);
  expect(session.apply('SOCKET_CONNECT_X', [0, null, 3, null]).fd).toMatchObject({
    name: '',
    dip: '\t\t\t\t',
    dport: 22,
    isClient: false,
  });
  session.apply('SOCKET_CONNECT_E', [3, unixSockaddr('/run/x')]);
  expect(session.apply('SOCKET_CONNECT_X', [0, null, 3, null]).fd?.name).toBe('NULL');
  expect(session.apply('SOCKET_CONNECT_X', [0, null, 3, null]).fd?.name).toBe('NULL');
});

test('a UDP server that connects to a client stays the server', () => {
  const session = withSocket(2, 2);
  session.apply('SOCKET_BIND_X', [0, sockaddr('10.0.0.5', 53), 3]);
  const { fd } = session.apply('SOCKET_CONNECT_X', [0, socktuple('10.0.0.5', 53, '1.2.3.4', 999), 3, null]);
  expect(fd).toMatchObject({ isServer: true, isClient: false, name: '1.2.3.4:999->10.0.0.5:53' });
});

test('a name that does not change is not shown as changed', () => {
  const session = withSocket(2);
  session.apply('SOCKET_CONNECT_X', [-115, tuple, 3, null]);
  expect(session.apply('SOCKET_CONNECT_X', [0, tuple, 3, null]).fd?.nameChanged).toBe(false);
});
