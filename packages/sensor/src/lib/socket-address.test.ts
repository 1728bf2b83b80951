import { fdTypes } from '@lanner/engine';
import {
  concatBytes,
  ipv6,
  sockaddr,
  socktuple,
  uint,
  unixSockaddr,
  unixSocktuple,
} from '@lanner/engine/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addressText,
  invalidAddress,
  isAddress,
  otherFamily,
  readAddress,
  readTuple,
  tuplePath,
  withTrustedDestination,
} from './socket-address.ts';
import { connectionText, newEnds, unixDestination, unixSource } from './socket-ends.ts';

const mapped = (address: string): Uint8Array =>
  concatBytes(new Uint8Array(10), Uint8Array.of(0xff, 0xff), Uint8Array.from(address.split('.'), Number));
const tuple6 = (source: Uint8Array, destination: Uint8Array): Uint8Array =>
  concatBytes(uint(10, 1), source, uint(1, 2), destination, uint(2, 2));

test.each([
  [socktuple('1.2.3.4', 1, '5.6.7.8', 65535), '1.2.3.4:1->5.6.7.8:65535'],
  [socktuple('2001:db8::3', 1, 'fe80::1', 2), '2001:db8::3:1->fe80::1:2'],
  [tuple6(mapped('1.2.3.4'), mapped('5.6.7.8')), '1.2.3.4:1->5.6.7.8:2'],
  [tuple6(mapped('1.2.3.4'), new Uint8Array(16)), '1.2.3.4:1->0.0.0.0:2'],
  [tuple6(mapped('1.2.3.4'), ipv6('fe80::1')), '::ffff:1.2.3.4:1->fe80::1:2'],
])('a tuple is a connection', (tuple, text) => {
  const ends = newEnds();
  expect(connectionText(readTuple(tuple, ends), ends)).toBe(text);
});

test('a tuple of unix sockets has their kernel addresses and a path', () => {
  const ends = newEnds();
  const tuple = unixSocktuple(2n ** 63n, 7n, '/run/x');
  expect(readTuple(tuple, ends)).toBe(fdTypes.unix);
  expect([unixSource(ends), unixDestination(ends), tuplePath(tuple)]).toEqual([2n ** 63n, 7n, '/run/x']);
});

test('what is too short or of another family is told apart', () => {
  expect(readTuple(new Uint8Array(0), newEnds())).toBe(invalidAddress);
  expect(readTuple(socktuple('1.2.3.4', 1, '5.6.7.8', 2).subarray(0, 12), newEnds())).toBe(invalidAddress);
  expect(readTuple(Uint8Array.of(16, 1, 2), newEnds())).toBe(otherFamily);
  expect(isAddress(Uint8Array.of(1, 47))).toBe(false);
});

test('addresses print as outputs show them', () => {
  expect(addressText(sockaddr('1.2.3.4', 80))).toBe('1.2.3.4:80');
  expect(addressText(sockaddr('::1', 80))).toBe('::1:80');
  expect(addressText(unixSockaddr('/run/x'))).toBe('/run/x');
  expect(addressText(Uint8Array.of(16))).toBe('family 16');
});

test('the destination of the call counts where the program may have changed it since', () => {
  const tuple = socktuple('10.0.0.1', 5, '6.6.6.6', 80);
  const trusted = withTrustedDestination(tuple, sockaddr('6.6.6.6', 80), sockaddr('9.9.9.9', 443));
  const ends = newEnds();
  expect(connectionText(readTuple(trusted, ends), ends)).toBe('10.0.0.1:5->9.9.9.9:443');
  // The kernel reports another destination than the program's memory: it is the one that was used.
  expect(withTrustedDestination(tuple, sockaddr('7.7.7.7', 80), sockaddr('9.9.9.9', 443))).toBe(tuple);
  const unix = withTrustedDestination(unixSocktuple(1n, 2n, '/b'), unixSockaddr('/b'), unixSockaddr('/a'));
  expect(tuplePath(unix)).toBe('/a');
});

test('no bytes are too odd', () => {
  const any = fc.uint8Array({ maxLength: 45 });
  const family = fc.constantFrom(1, 2, 10, 16);
  fc.assert(
    fc.property(family, any, any, any, (first, tuple, exited, entered) => {
      const bytes = concatBytes(Uint8Array.of(first), tuple);
      readTuple(withTrustedDestination(bytes, exited, entered), newEnds());
      return (
        !isAddress(bytes) || (typeof addressText(bytes) === 'string' && readAddress(bytes, newEnds()) >= -1)
      );
    }),
  );
});
