import { fdTypes } from '@lanner/engine';
import { expect, test } from 'vitest';
import { newEnds, setAddress, setPorts, sourceAddress, destinationAddress } from '../lib/socket-ends.ts';
import { completeConnection } from './interfaces.ts';

const bytes = (...numbers: number[]): string => String.fromCharCode(...numbers);
const network = (address: string, netmask: string) => ({ name: 'if', address, netmask, broadcast: '' });
const loopback = network(bytes(127, 0, 0, 1), bytes(255, 0, 0, 0));
const lan = network(bytes(10, 0, 0, 5), bytes(255, 255, 255, 0));
const lan2 = network(bytes(192, 168, 1, 4), bytes(255, 255, 255, 0));

function completed(
  source: string,
  destination: string,
  ports: [number, number],
  interfaces = [loopback, lan, lan2],
) {
  const ends = newEnds();
  setAddress(fdTypes.ipv4, ends, 'source', source);
  setAddress(fdTypes.ipv4, ends, 'destination', destination);
  setPorts(fdTypes.ipv4, ends, ...ports);
  completeConnection(fdTypes.ipv4, ends, interfaces);
  return [sourceAddress(fdTypes.ipv4, ends), destinationAddress(fdTypes.ipv4, ends)];
}

const none = bytes(0, 0, 0, 0);

test.each([
  ['the interface of the same address', bytes(10, 0, 0, 5), bytes(10, 0, 0, 5)],
  ['the interface of the same network', bytes(192, 168, 1, 77), bytes(192, 168, 1, 4)],
  ['the first that is not the loopback', bytes(8, 8, 8, 8), bytes(10, 0, 0, 5)],
])('a missing source is %s', (_, destination, source) => {
  expect(completed(none, destination, [1, 2])).toEqual([source, destination]);
});

test('a missing destination is found the same way', () => {
  expect(completed(bytes(8, 8, 8, 8), none, [1, 2])).toEqual([bytes(8, 8, 8, 8), bytes(10, 0, 0, 5)]);
});

test('ends that are known stay, and a socket is not connected to itself', () => {
  expect(completed(bytes(1, 1, 1, 1), bytes(8, 8, 8, 8), [1, 2])).toEqual([
    bytes(1, 1, 1, 1),
    bytes(8, 8, 8, 8),
  ]);
  expect(completed(none, bytes(10, 0, 0, 5), [7, 7])).toEqual([none, bytes(10, 0, 0, 5)]);
});

test('without interfaces nothing is known', () => {
  expect(completed(none, bytes(8, 8, 8, 8), [1, 2], [])).toEqual([none, bytes(8, 8, 8, 8)]);
});
