import { describe, expect, test } from 'vitest';
import { hostContainer } from '../lib/containers.ts';
import { type Fd, fdTypes, l4Protocols, type StateView, type Thread } from '../state.ts';
import { ipv4, ipv6, readField, testEvent, testFd, testState, testThread } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass as ports } from './fd-port.ts';
import { fieldClass as addresses } from './fd-ip.ts';

const v4 = (text: string): string => String.fromCharCode(...ipv4(text));
const v6 = (text: string): string => String.fromCharCode(...ipv6(text));

const own = v4('10.0.0.1');
const other = v4('9.9.9.9');
const state = testState({
  interfaces: [
    { name: 'eth0', address: own, netmask: '', broadcast: '' },
    { name: 'eth0', address: v6('fe80::1'), netmask: '', broadcast: '' },
  ],
});
const connection = testFd({
  type: fdTypes.ipv4,
  sip: own,
  dip: other,
  sport: 50_000,
  dport: 443,
  l4: l4Protocols.tcp,
  isClient: true,
});

function read(name: string, fd: Fd, context: { state?: StateView; thread?: Thread } = {}): FieldValue {
  const event = testEvent('SYSCALL_READ_X', [1, 'a', 3, 1], { thread: testThread(), state, ...context, fd });
  return readField(
    [...addresses.fields].some((field) => field.name === name) ? addresses : ports,
    name,
    event,
  );
}

test.each([
  ['fd.ip', [own, other]],
  ['fd.net', [own, other]],
  ['fd.cip', own],
  ['fd.sip', other],
  ['fd.lip', own],
  ['fd.rip', other],
  ['fd.cnet', own],
  ['fd.rnet', other],
  ['fd.port', [50_000, 443]],
  ['fd.proto', [50_000, 443]],
  ['fd.cport', 50_000],
  ['fd.sport', 443],
  ['fd.lport', 50_000],
  ['fd.rport', 443],
  ['fd.cproto', '50000'],
  ['fd.sproto', '443'],
  ['fd.lproto', '50000'],
  ['fd.rproto', '443'],
  ['fd.l4proto', 'tcp'],
  ['fd.sockfamily', 'ip'],
  ['fd.is_server', false],
  ['fd.sip.name', []],
])('%s of a connection from this machine is %j', (name, value) => {
  expect(read(name, connection)).toEqual(value);
});

describe('a connection to this machine', () => {
  const incoming = testFd({ ...connection, sip: other, dip: own, isClient: false, isServer: true });
  test.each([
    ['fd.cip', other],
    ['fd.sip', own],
    ['fd.lip', own],
    ['fd.rip', other],
    ['fd.lport', 443],
    ['fd.rport', 50_000],
    ['fd.is_server', true],
  ])('%s is %j', (name, value) => {
    expect(read(name, incoming)).toBe(value);
  });
});

describe('a connection whose role is not known', () => {
  const plain = testFd({ ...connection, isClient: false });
  test.each([
    ['fd.ip', [own, other]],
    ['fd.port', [50_000, 443]],
    ['fd.cip', null],
    ['fd.sip', null],
    ['fd.lip', null],
    ['fd.rip', null],
    ['fd.sport', null],
    ['fd.cport', null],
    ['fd.cproto', null],
    ['fd.sproto', null],
    ['fd.lproto', null],
    ['fd.l4proto', '<NA>'],
  ])('%s is %j', (name, value) => {
    expect(read(name, plain)).toEqual(value);
  });

  test('still tells that its protocol is raw', () => {
    expect(read('fd.l4proto', testFd({ ...plain, l4: l4Protocols.raw }))).toBe('raw');
  });
});

describe('a socket that listens', () => {
  const listening = testFd({
    type: fdTypes.ipv4Server,
    dip: own,
    dport: 22,
    l4: l4Protocols.tcp,
    isServer: true,
  });
  test.each([
    ['fd.ip', [own]],
    ['fd.port', [22]],
    ['fd.sip', own],
    ['fd.cip', null],
    ['fd.lip', null],
    ['fd.sport', 22],
    ['fd.cport', null],
    ['fd.lport', null],
    ['fd.cproto', ''],
    ['fd.sproto', ''],
    ['fd.lproto', null],
    ['fd.l4proto', 'tcp'],
    ['fd.is_server', true],
  ])('%s is %j', (name, value) => {
    expect(read(name, listening)).toEqual(value);
  });

  test('has a port, but no address, without a role', () => {
    const plain = testFd({ ...listening, isServer: false });
    expect(read('fd.sport', plain)).toBe(22);
    expect(read('fd.sip', plain)).toBeNull();
  });
});

test('a unix socket has a family and nothing else', () => {
  const unix = testFd({ type: fdTypes.unix, isClient: true });
  expect(read('fd.sockfamily', unix)).toBe('unix');
  expect(read('fd.l4proto', unix)).toBe('<NA>');
  expect(read('fd.is_server', unix)).toBe(false);
  expect(read('fd.cproto', unix)).toBe('');
  expect(['fd.ip', 'fd.cip', 'fd.sip', 'fd.port', 'fd.sport'].map((name) => read(name, unix))).toEqual(
    Array.from({ length: 5 }, () => null),
  );
});

describe('which end is here', () => {
  const ipv6Socket = (sip: string): Fd =>
    testFd({ ...connection, type: fdTypes.ipv6, sip: v6(sip), dip: v6('2001:db8::1') });

  test('for IPv6 the first 64 bits decide', () => {
    expect(read('fd.lip', ipv6Socket('fe80::77'))).toBe(v6('fe80::77'));
    expect(read('fd.lip', ipv6Socket('fe80:1::77'))).toBe(v6('2001:db8::1'));
  });

  test('in a container without a known address only addresses of containers count', () => {
    const thread = testThread({ containerId: 'c1' });
    expect(read('fd.lip', connection, { thread })).toBe(other);
    const known = testState({ ...state, hasContainerAddress: (address) => address === own });
    expect(read('fd.lip', connection, { thread, state: known })).toBe(own);
    expect(read('fd.lip', ipv6Socket('fe80::77'), { thread })).toBe(v6('2001:db8::1'));
  });

  test('in a container its address counts, then those of the machine', () => {
    const thread = testThread({ containerId: 'c1' });
    const inContainer = (ip: string): StateView =>
      testState({ ...state, container: (id) => ({ ...hostContainer, id, ip }) });
    expect(read('fd.lip', connection, { thread, state: inContainer('9.9.9.9') })).toBe(own);
    expect(read('fd.is_server', connection, { thread, state: inContainer('9.9.9.9') })).toBe(true);
    expect(read('fd.is_server', connection, { thread, state: inContainer('8.8.8.8') })).toBe(false);
  });
});

test('names of hosts come from the live state', () => {
  const resolving = testState({
    ...state,
    hostNames: (address) => (address === other ? ['example.com', 'www.example.com'] : []),
  });
  expect(read('fd.sip.name', connection, { state: resolving })).toEqual(['example.com', 'www.example.com']);
  expect(read('fd.cip.name', connection, { state: resolving })).toEqual([]);
  expect(read('fd.sip.name', connection, {})).toEqual([]);
});
