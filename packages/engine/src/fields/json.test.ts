import { describe, expect, test } from 'vitest';
import type { FieldArgument } from '../field.ts';
import { testEvent } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { fieldClass as jevt } from './jevt.ts';
import { fieldClass as json } from './json.ts';

const fields = new Map(
  [json, jevt].flatMap((fieldClass) => fieldClass.fields.map((field) => [field.name, field])),
);

function read(name: string, payload: string, argument?: FieldArgument): FieldValue {
  const event = testEvent('PLUGINEVENT_E', [7, payload], { ts: 1_600_000_000_123_456_789n, source: 'okta' });
  return fields.get(name)!.extract(event, argument);
}

describe.each(['json', 'jevt'])('%s', (id) => {
  test('reads a value by its pointer, from any source', () => {
    const payload = '{"list": [{"n": 1, "x": 2.50}], "text": "a\\"b", "~/k": true}';
    expect(read(`${id}.value`, payload, '/list/0/x')).toBe('2.50');
    expect(read(`${id}.value`, payload, '/list/0')).toBe('{"n":1,"x":2.50}');
    expect(read(`${id}.value`, payload, 'text')).toBe('a"b');
    expect(read(`${id}.value`, payload, '/~0~1k')).toBe('true');
    expect(read(`${id}.value`, payload, '/none')).toBeNull();
    expect(read(`${id}.value`, payload, '')).toBe('{"list":[{"n":1,"x":2.50}],"text":"a\\"b","~/k":true}');
  });

  test('shows the whole event on several lines', () => {
    expect(read(`${id}.obj`, '{"a":[1,{}],"b":[],"c":{"d":"x, {y}: \\"z\\""}}')).toBe(
      [
        '{',
        '  "a": [',
        '    1,',
        '    {}',
        '  ],',
        '  "b": [],',
        '  "c": {',
        '    "d": "x, {y}: \\"z\\""',
        '  }',
        '}',
      ].join('\n'),
    );
  });

  test('has no text of an event that is only nearly JSON, although its values can be read', () => {
    expect(read(`${id}.obj`, '{"a":01}')).toBeNull();
    expect(read(`${id}.value`, '{"a":01}', '/a')).toBe('01');
  });

  test('tells the time of events that carry JSON', () => {
    expect(read(`${id}.rawtime`, '[]')).toBe('1600000000123456789');
    expect(read(`${id}.rawtime`, '{')).toBeNull();
    expect(read(`${id}.rawtime`, 'text')).toBeNull();
    expect(read(`${id}.rawtime`, '')).toBeNull();
  });
});

test('indenting agrees with JSON.stringify', () => {
  const value = { a: [[], {}, [{ b: null }], 'x'], '': { ',': ':' } };
  expect(read('json.obj', JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
});
