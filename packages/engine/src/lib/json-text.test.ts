import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compactJson,
  jsonItems,
  jsonMember,
  jsonMembers,
  type JsonNode,
  jsonText,
  maxJsonDepth,
  parseJson,
  skipJson,
  unescapeJson,
} from './json-text.ts';

const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

function parsed(text: string): JsonNode {
  const root = parseJson(text);
  if (root === null) {
    throw new Error(`not valid: ${text}`);
  }
  return root;
}

test('what JSON.stringify wrote is valid, compact and unchanged, however it is indented', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t'), (value, indent) => {
      const text = toBytes(JSON.stringify(value, null, indent));
      expect(compactJson(parsed(text))).toBe(toBytes(JSON.stringify(value)));
    }),
  );
});

test('every member and element of a document can be read back', () => {
  const rebuild = (node: JsonNode): unknown => {
    if (node.kind === 'object') {
      return Object.fromEntries(
        jsonMembers(node).map(({ rawKey, value }) => [JSON.parse(`"${rawKey}"`), rebuild(value)]),
      );
    }
    return node.kind === 'array' ? jsonItems(node).map(rebuild) : JSON.parse(compactJson(node));
  };
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: true }), (value) => {
      // JSON has no negative zero.
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(rebuild(parsed(JSON.stringify(value)))).toEqual(plain);
    }),
  );
});

test('noise is refused or read, never a crash, and only as valid as it is for JSON.parse or more', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const root = parseJson(text);
      let strict = true;
      try {
        JSON.parse(text);
      } catch {
        strict = false;
      }
      expect(root !== null || !strict).toBe(true);
    }),
  );
});

test('a text that only stops too early is told from one that is wrong', () => {
  const text = '{"a": [1, true, "x\\"", null], "b": {"c": -2.5e3}}';
  for (let length = 1; length < text.length; length++) {
    expect(skipJson(text.slice(0, length), 0)).toBe(-1 - length);
  }
  expect(skipJson(text, 0)).toBe(text.length);
  expect(skipJson('{"a": x}', 0)).toBe(-1 - 6);
  expect(skipJson('[1 2]', 0)).toBe(-1 - 3);
  expect(skipJson('{1: 2}', 0)).toBe(-1 - 1);
  expect(skipJson('{"a" 2}', 0)).toBe(-1 - 5);
});

test.each(['', ' ', '{', '[1,]', '{"a":1,}', '{"a"}', 'tru', '"x', '1 2', '[1]]', '{"a":1}x', "{'a':1}"])(
  'refuses %j',
  (text) => {
    expect(parseJson(text)).toBeNull();
  },
);

test.each(['1-2e', '+1', 'nan', '-Inf', '"a\nb"', ' [1 , 2 ] '])('reads %j as Falco does', (text) => {
  expect(parseJson(text)).not.toBeNull();
});

test('nesting is limited', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJson(nested(maxJsonDepth))).not.toBeNull();
  expect(parseJson(nested(maxJsonDepth + 1))).toBeNull();
  expect(parseJson('['.repeat(1_000_000))).toBeNull();
});

test('the first of equal keys counts, and a key is found through its escapes', () => {
  const root = parsed('{"a":1,"a":2,"\\u0062":3,"c\\/d":4}');
  expect(
    ['a', 'b', 'c/d', 'e'].map((key) => jsonMember(root, key)).map((node) => node && jsonText(node)),
  ).toEqual(['1', '3', '4', null]);
  expect(jsonMember(parsed('[1]'), '0')).toBeNull();
});

test('numbers, escapes and order stay as written', () => {
  expect(jsonText(parsed('{ "2": 1.0, "1": 12345678901234567890,\n "x": "\\u003c" }'))).toBe(
    '{"2":1.0,"1":12345678901234567890,"x":"\\u003c"}',
  );
});

describe('escapes', () => {
  test.each([
    ['plain', 'plain'],
    ['\\"\\\\\\/\\b\\f\\n\\r\\t', '"\\/\b\f\n\r\t'],
    ['\\u0041\\u00e9\\u20ac', toBytes('Aé€')],
    ['\\u0041\\ud83d\\ude00\\u0042', toBytes('A😀B')],
    ['\\ud83d', '\\ud83d'],
    ['\\ud83dx', '\\ud83dx'],
    ['\\ud83d\\u0041', toBytes('\ufffd')],
    ['\\ude00\\ud83d', toBytes('\ufffd')],
    ['\\u12', '\\u12'],
    ['\\q', '\\q'],
    ['\\\\u0041', '\\u0041'],
  ])('%s', (raw, text) => {
    expect(unescapeJson(raw)).toBe(text);
  });
});
