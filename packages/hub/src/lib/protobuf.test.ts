import { expect, test } from 'vitest';
import { protobuf, type Schema } from './protobuf.ts';

const inner: Schema = { a: [1, 'varint'] };
const schema: Schema = {
  a: [1, 'varint'],
  b: [2, 'string'],
  c: [3, () => inner],
  d: [4, 'varint'],
  e: [5, 'fixed64'],
  f: [6, 'bool'],
  g: [16, 'hex'],
  h: [5, 'fixed32'],
};

// The first three are the examples of the documentation of the encoding.
test.each([
  [{ a: 150 }, '089601'],
  [{ h: 256 }, '2d00010000'],
  [{ b: 'testing' }, '120774657374696e67'],
  [{ c: { a: 150 } }, '1a03089601'],
  [{ d: [3, 270, 86942] }, '200320' + '8e02' + '20' + '9ea705'],
  [{ e: '1795513576105082194' }, '29527d229d15f2ea18'],
  [{ f: true, g: '0aff' }, '300182' + '01020aff'],
  [{ a: undefined, c: [] }, ''],
])('%j', (value, hex) => {
  expect(protobuf(value, schema).toString('hex')).toBe(hex);
});

test('a member that the schema does not name is a mistake', () => {
  expect(() => protobuf({ x: 1 }, schema)).toThrow('no field x');
});
