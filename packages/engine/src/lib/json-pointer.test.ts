import { expect, test } from 'vitest';
import { followKeys, followPointer } from './json-pointer.ts';
import { jsonText, parseJson } from './json-text.ts';

const document = parseJson('{"a":{"b":[10,{"c":"x"}],"d/e":1,"f~g":2,"":3},"n":null}');

test.each([
  ['/a/b/0', '10'],
  ['a/b/0', '10'],
  ['/a/b/1/c', 'x'],
  ['/a/b/+1/c', 'x'],
  ['/a/b/01/c', 'x'],
  ['/a/b/-0', '10'],
  ['/a/b/-1', null],
  ['/a/b/2', null],
  ['/a/b/c', null],
  ['/a/b/0/c', null],
  ['/a/d~1e', '1'],
  ['/a/f~0g', '2'],
  ['/a/', '3'],
  ['/', null],
  ['/n', 'null'],
  ['', '{"a":{"b":[10,{"c":"x"}],"d/e":1,"f~g":2,"":3},"n":null}'],
])('%j leads to %j', (pointer, expected) => {
  const found = document && followPointer(document, pointer);
  expect(found && jsonText(found)).toBe(expected);
});

test('a path of keys takes slashes and tildes as they are', () => {
  const found = document && followKeys(document, ['a', 'd/e']);
  expect(found && jsonText(found)).toBe('1');
});
