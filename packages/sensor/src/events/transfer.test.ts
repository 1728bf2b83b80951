import { fdTypes, l4Protocols } from '@lanner/engine';
import { sockaddr, socktuple, unixSocktuple } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

function udpSocket(): StateSession {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 2, 2, 0, 0]);
  return session;
}

const query = socktuple('10.0.0.5', 4000, '8.8.8.8', 53);
const answer = socktuple('8.8.8.8', 53, '10.0.0.5', 4000);

test('who sends first is a client, who receives first a server', () => {
  expect(udpSocket().apply('SOCKET_SENDTO_X', [1, 'q', 3, 1, query]).fd).toMatchObject({
    name: '10.0.0.5:4000->8.8.8.8:53',
    nameChanged: true,
    isClient: true,
    isConnected: true,
  });
  expect(udpSocket().apply('SOCKET_RECVFROM_X', [1, 'q', answer, 3, 1]).fd).toMatchObject({
    name: '8.8.8.8:53->10.0.0.5:4000',
    isServer: true,
  });
});

test('the answer to a client does not change its ends', () => {
  const session = udpSocket();
  session.apply('SOCKET_SENDTO_X', [1, 'q', 3, 1, query]);
  const { fd } = session.apply('SOCKET_RECVFROM_X', [1, 'a', answer, 3, 1]);
  expect(fd).toMatchObject({ name: '10.0.0.5:4000->8.8.8.8:53', nameChanged: false });
});

test('a bound socket shows the client that it talks to', () => {
  const session = udpSocket();
  session.apply('SOCKET_BIND_X', [0, sockaddr('10.0.0.5', 53), 3]);
  const request = socktuple('1.2.3.4', 999, '10.0.0.5', 53);
  expect(session.apply('SOCKET_RECVMSG_X', [1, 1, 'q', request, null, 3]).fd).toMatchObject({
    name: '1.2.3.4:999->10.0.0.5:53',
    l4: l4Protocols.udp,
    isServer: true,
  });
  const reply = socktuple('10.0.0.5', 53, '1.2.3.4', 999);
  expect(session.apply('SOCKET_SENDMSG_X', [1, 'a', 3, 1, reply]).fd?.name).toBe('1.2.3.4:999->10.0.0.5:53');
});

test('a missing address is the interface’s', () => {
  const session = udpSocket();
  const bytes = (...numbers: number[]): string => String.fromCharCode(...numbers);
  session.state.sink.interfaces([
    { name: 'eth0', address: bytes(10, 0, 0, 5), netmask: bytes(255, 0, 0, 0), broadcast: '', linkSpeed: 0 },
  ]);
  const unbound = socktuple('0.0.0.0', 4000, '8.8.8.8', 53);
  expect(session.apply('SOCKET_SENDTO_X', [1, 'q', 3, 1, unbound]).fd?.name).toBe(
    '10.0.0.5:4000->8.8.8.8:53',
  );
});

test('a socket that was made before anybody watched is taken for a UDP one when it sends', () => {
  const session = new StateSession();
  expect(session.apply('SOCKET_SENDTO_X', [1, 'q', 7, 1, query]).fd).toMatchObject({
    type: fdTypes.ipv4,
    l4: l4Protocols.udp,
    name: '10.0.0.5:4000->8.8.8.8:53',
  });
  expect(session.apply('SOCKET_SENDTO_X', [-1, 'q', 8, 1, query]).fd).toBeNull();
  expect(session.apply('SOCKET_RECVFROM_X', [1, 'q', answer, 9, 1]).fd).toBeNull();
});

test('a TCP connection that has a name keeps it', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 2, 1, 0, 0]);
  session.apply('SOCKET_CONNECT_X', [0, query, 3, null]);
  const other = socktuple('6.6.6.6', 1, '7.7.7.7', 2);
  expect(session.apply('SOCKET_SEND_X', [1, 'x', 3, 1, other]).fd?.name).toBe('10.0.0.5:4000->8.8.8.8:53');
});

test('unix sockets are named by every message', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 1, 2, 0, 0]);
  const tuple = unixSocktuple(1n, 2n, '/dev/log');
  expect(session.apply('SOCKET_SENDMMSG_X', [1, 3, 1, 'x', tuple]).fd).toMatchObject({
    name: '1->2 /dev/log',
  });
});

test('a failed call tells nothing; a read or write that succeeds shows a connection', () => {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, 2, 1, 0, 0]);
  expect(session.apply('SYSCALL_READ_X', [-11, null, 3, 5]).fd?.isConnected).toBe(false);
  expect(session.apply('SYSCALL_WRITE_X', [5, 'x', 3, 5]).fd?.isConnected).toBe(true);
  session.open(4, '/f');
  expect(session.apply('SYSCALL_READ_X', [5, 'x', 4, 5]).fd?.isConnected).toBe(false);
});
