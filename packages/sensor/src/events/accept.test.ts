import { fdTypes, l4Protocols } from '@lanner/engine';
import { socktuple, unixSocktuple } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { StateSession } from '../testkit/state-session.ts';

test('an accepted connection is the server’s end', () => {
  const session = new StateSession();
  const tuple = socktuple('1.2.3.4', 999, '10.0.0.5', 80);
  expect(session.apply('SOCKET_ACCEPT_5_X', [4, tuple, 0, 0, 0])).toMatchObject({
    fdNum: 4,
    fd: {
      type: fdTypes.ipv4,
      name: '1.2.3.4:999->10.0.0.5:80',
      isServer: true,
      isConnected: true,
      l4: l4Protocols.tcp,
      openFlags: 0,
    },
  });
  expect(session.apply('SOCKET_ACCEPT4_6_X', [5, tuple, 0, 0, 0, 4096 | 2]).fd?.openFlags).toBe(4096);
});

test('unix and IPv6 connections are accepted alike', () => {
  const session = new StateSession();
  const six = socktuple('fe80::1', 1, 'fe80::2', 2);
  expect(session.apply('SOCKET_ACCEPT_5_X', [4, six, 0, 0, 0]).fd).toMatchObject({
    type: fdTypes.ipv6,
    dport: 2,
  });
  const unix = unixSocktuple(1n, 2n, '/run/x');
  expect(session.apply('SOCKET_ACCEPT_5_X', [4, unix, 0, 0, 0]).fd).toMatchObject({
    name: '1->2 /run/x',
    unixDest: 2n,
  });
});

test('without a tuple nothing is known of the connection but its number', () => {
  const session = new StateSession();
  expect(session.apply('SOCKET_ACCEPT_5_X', [4, null, 0, 0, 0])).toMatchObject({ fdNum: 4, fd: null });
  expect(session.apply('SOCKET_ACCEPT_5_X', [-11, null, 0, 0, 0])).toMatchObject({ fdNum: -1, fd: null });
});
