import { fdTypes, l4Protocols } from '@lanner/engine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  connectionProtocol,
  connectionText,
  destinationAddress,
  destinationPort,
  listenerText,
  newEnds,
  protocolOf,
  sameConnection,
  setAddress,
  setConnectionProtocol,
  setListener,
  setPorts,
  setUnixEnds,
  sourceAddress,
  sourcePort,
  swapEnds,
  unixDestination,
  unixSource,
  updateConnection,
} from './socket-ends.ts';

const bytes = (...numbers: number[]): string => String.fromCharCode(...numbers);
const port = fc.integer({ min: 0, max: 0xffff });

function connection(
  type: number,
  source: string,
  sport: number,
  destination: string,
  dport: number,
): Int32Array {
  const ends = newEnds();
  setAddress(type, ends, 'source', source);
  setAddress(type, ends, 'destination', destination);
  setPorts(type, ends, sport, dport);
  return ends;
}

function address(length: number): fc.Arbitrary<string> {
  return fc.uint8Array({ minLength: length, maxLength: length }).map((array) => bytes(...array));
}

test.each([
  [fdTypes.ipv4, 4],
  [fdTypes.ipv6, 16],
])('a connection of kind %d gives back what was put in, and twice swapped is itself', (type, length) => {
  fc.assert(
    fc.property(address(length), port, address(length), port, (source, sport, destination, dport) => {
      const ends = connection(type, source, sport, destination, dport);
      setConnectionProtocol(type === fdTypes.ipv4, ends, l4Protocols.udp);
      const read = () => [
        sourceAddress(type, ends),
        sourcePort(type, ends),
        destinationAddress(type, ends),
        destinationPort(type, ends),
        protocolOf(type, ends),
      ];
      expect(read()).toEqual([source, sport, destination, dport, l4Protocols.udp]);
      swapEnds(type, ends);
      expect(read()).toEqual([destination, dport, source, sport, l4Protocols.udp]);
      expect(sameConnection(ends, connection(type, source, sport, destination, dport), type)).toBe(true);
    }),
  );
});

test('an update tells whether it changed anything', () => {
  const ends = connection(fdTypes.ipv4, bytes(1, 2, 3, 4), 5, bytes(6, 7, 8, 9), 10);
  const same = connection(fdTypes.ipv4, bytes(1, 2, 3, 4), 5, bytes(6, 7, 8, 9), 10);
  expect(updateConnection(ends, same, fdTypes.ipv4)).toBe(false);
  expect(
    updateConnection(
      ends,
      connection(fdTypes.ipv4, bytes(1, 2, 3, 4), 6, bytes(6, 7, 8, 9), 10),
      fdTypes.ipv4,
    ),
  ).toBe(true);
  expect(connectionText(fdTypes.ipv4, ends)).toBe('1.2.3.4:6->6.7.8.9:10');
});

test('a listener keeps its protocol beside its port', () => {
  for (const [type, length] of [
    [fdTypes.ipv4Server, 4],
    [fdTypes.ipv6Server, 16],
  ] as const) {
    const ends = newEnds();
    const local = newEnds();
    setAddress(type, local, 'source', bytes(...Array.from({ length }, (_, i) => i)));
    setListener(ends, type, local, 0xfffe, l4Protocols.tcp);
    expect([destinationPort(type, ends), protocolOf(type, ends), sourceAddress(type, ends)]).toEqual([
      0xfffe,
      2,
      '',
    ]);
    expect(destinationAddress(type, ends)).toHaveLength(length);
  }
});

test('a bound socket that becomes a connection keeps what lies where the destination was', () => {
  const ends = newEnds();
  setConnectionProtocol(true, ends, l4Protocols.udp);
  setListener(ends, fdTypes.ipv4Server, newEnds(), 53, l4Protocols.udp);
  expect(listenerText(fdTypes.ipv4Server, ends)).toBe('0.0.0.0:53');
  expect(destinationAddress(fdTypes.ipv4, ends)).toBe(bytes(53, 0, l4Protocols.udp, 0));
  expect(connectionProtocol(true, ends)).toBe(l4Protocols.udp);
});

test('kernel addresses of unix sockets are kept whole', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (a, b) => {
        const ends = newEnds();
        setUnixEnds(ends, a, b);
        expect([unixSource(ends), unixDestination(ends)]).toEqual([a, b]);
      },
    ),
  );
});
