import { fdTypes, l4Protocols } from '@lanner/engine';
import { concatBytes, sockaddr, uint, unixSockaddr } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

function bound(family: number, address: Uint8Array | null, result = 0) {
  const session = new StateSession();
  session.apply('SOCKET_SOCKET_X', [3, family, 1, 0, 0]);
  return session.apply('SOCKET_BIND_X', [result, address, 3]).fd;
}

test('a socket with a port is a server', () => {
  expect(bound(2, sockaddr('127.0.0.1', 80))).toMatchObject({
    type: fdTypes.ipv4Server,
    name: '127.0.0.1:80',
    nameChanged: true,
    isServer: true,
    dip: '\x7f\0\0\x01',
    dport: 80,
    l4: l4Protocols.tcp,
  });
  expect(bound(10, sockaddr('2001:db8::1', 443))).toMatchObject({
    type: fdTypes.ipv6Server,
    name: '2001:db8::1:443',
    l4: l4Protocols.tcp,
  });
});

test('an IPv6 address that stands for an IPv4 one makes an IPv4 server', () => {
  const mapped = concatBytes(
    uint(10, 1),
    new Uint8Array(10),
    uint(0xffff, 2),
    Uint8Array.of(10, 0, 0, 1),
    uint(80, 2),
  );
  expect(bound(10, mapped)).toMatchObject({
    type: fdTypes.ipv4Server,
    dip: '\n\0\0\x01',
    l4: l4Protocols.tcp,
  });
  expect(bound(10, sockaddr('::', 80))).toMatchObject({ type: fdTypes.ipv4Server, name: ':::80' });
});

test('without a port it only has a name', () => {
  expect(bound(2, sockaddr('127.0.0.1', 0))).toMatchObject({
    type: fdTypes.ipv4,
    name: '127.0.0.1:0',
    isServer: false,
  });
  expect(bound(1, unixSockaddr('/run/x'))).toMatchObject({
    type: fdTypes.unix,
    name: '/run/x',
    isServer: false,
  });
});

test('a failed call, or one without an address, changes nothing', () => {
  expect(bound(2, sockaddr('127.0.0.1', 80), -98)).toMatchObject({ type: fdTypes.ipv4, name: '' });
  expect(bound(2, null)).toMatchObject({ type: fdTypes.ipv4, name: '' });
});
