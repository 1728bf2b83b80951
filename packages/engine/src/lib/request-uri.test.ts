import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryParameter } from './request-uri.ts';

test.each([
  ['/x?command=ls&command=cat', 'ls'],
  ['/x?command=a%20b+c%2Fd', 'a b c/d'],
  ['/x?%63ommand=ls', 'ls'],
  ['/x?command', ''],
  ['/x?command=a=b', 'a=b'],
  ['/x??command=ls', null],
  ['/x', null],
  ['/x?', null],
  ['/x?a=1#command=ls', null],
  ['https://host/x?command=ls', 'ls'],
  ['opaque:x?command=ls', 'ls'],
  ['a/b:c?command=ls', 'ls'],
])('%s has the command %j', (uri, expected) => {
  expect(queryParameter(uri, 'command')).toBe(expected);
});

test.each([
  '/x?command=ls&bad=%zz',
  '/x?command=ls;bad',
  '/%zz?command=ls',
  '/x?command=ls#%',
  '/x\n?command=ls',
  ':x?command=ls',
  '1:x?command=ls',
])('%j is not well-formed, so nothing is read', (uri) => {
  expect(queryParameter(uri, 'command')).toBeNull();
});

test('agrees with URLSearchParams on what it wrote', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string())), (pairs) => {
      const query = new URLSearchParams(
        pairs.map(([key, value]): [string, string] => [key, value]),
      ).toString();
      for (const [key] of pairs) {
        const value = queryParameter(`/x?${query}`, Buffer.from(key, 'utf8').toString('latin1'));
        const expected = pairs.find(([other]) => other === key)?.[1] ?? '';
        expect(value).toBe(Buffer.from(expected, 'utf8').toString('latin1'));
      }
    }),
  );
});

test('noise never throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (uri, name) => typeof queryParameter(uri, name) !== 'number'),
  );
});
