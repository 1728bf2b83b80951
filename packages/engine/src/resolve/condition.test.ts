import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventView } from '../event.ts';
import { type FieldClass, defineFields } from '../field.ts';
import { interpret } from '../interpret.ts';
import { parseCondition } from '../lang/parser.ts';
import { compileRuleset } from '../compile/ruleset.ts';
import { eventTable } from '../event-table.ts';
import { testEvent } from '../testkit/index.ts';
import type { FieldValue } from '../value.ts';
import { type ResolveResult, resolveCondition } from './condition.ts';
import { createFieldLookup } from './lookup.ts';
import { readOperandText, readOutputOperand } from './output-operand.ts';

/** Fields of every type; their values are those of `values`. */
const values: Record<string, FieldValue> = {};
const shapes = [
  ['t.text', 'CHARBUF', {}],
  ['t.other', 'CHARBUF', {}],
  ['t.path', 'FSPATH', {}],
  ['t.int', 'INT64', {}],
  ['t.uint', 'UINT64', {}],
  ['t.bool', 'BOOL', {}],
  ['t.buffer', 'BYTEBUF', {}],
  ['t.ip', 'IPADDR', {}],
  ['t.net', 'IPNET', {}],
  ['t.uid', 'UID', {}],
  ['t.texts', 'CHARBUF', { list: true }],
  ['t.more', 'CHARBUF', { list: true }],
  ['t.ports', 'INT32', { list: true }],
  ['t.ends', 'PORT', { eitherEnd: true, rightHand: false, transformable: false, printable: false }],
  ['t.key', 'CHARBUF', { argument: 'required', argumentKinds: ['key'] }],
  ['t.index', 'CHARBUF', { argument: 'optional', argumentKinds: ['index'] }],
  ['t.distance', 'UINT64', { argument: 'required', argumentKinds: ['index'], equalUpTo: true }],
  ['t.part', 'CHARBUF', { argument: 'required', argumentKinds: ['dotted-name'] }],
  ['evt.type', 'CHARBUF', {}],
  ['evt.rawarg', 'DYN', { argument: 'required', argumentKinds: ['dotted-name'], rightHand: false }],
] as const;

const fieldClass = defineFields({
  id: 'test',
  doc: 'Fields of tests.',
  sources: ['syscall'],
  fields: [
    ...shapes.map(([name, type, extra]) => ({
      name,
      type,
      doc: 'A value.',
      extract: (_event: EventView, argument: string | number | undefined) =>
        values[argument === undefined ? name : `${name}[${argument}]`] ?? null,
      ...extra,
    })),
    {
      name: 't.ancestors',
      type: 'CHARBUF',
      doc: 'A value.',
      argument: 'optional',
      argumentKinds: ['index'],
      extract: () => 'first',
      anyOf: () => ['first', 'second'],
    },
  ],
});
const other: FieldClass = {
  id: 'other',
  doc: 'Fields of another source.',
  sources: ['k8s_audit'],
  fields: [{ name: 'ka.verb', type: 'CHARBUF', doc: 'A value.', extract: () => 'get' }],
};
const fields = createFieldLookup([fieldClass, other]);
const scope = { fields, source: 'syscall' };
const event = testEvent('SYSCALL_OPEN_X', []);

function resolve(text: string, source: string | null = 'syscall'): ResolveResult {
  const parsed = parseCondition(text);
  if (!parsed.ok) {
    throw new Error(`${text}: ${parsed.message}`);
  }
  return resolveCondition(parsed.expr, { fields, source });
}

function message(text: string): string {
  const result = resolve(text);
  return result.ok ? 'resolved' : result.message;
}

function holds(text: string, given: Record<string, FieldValue>): boolean {
  const result = resolve(text);
  if (!result.ok) {
    throw new Error(`${text}: ${result.message}`);
  }
  Object.keys(values).forEach((name) => (values[name] = null));
  Object.assign(values, given);
  const plain = interpret(result.plan)(event);
  const rules = compileRuleset([
    { name: 'r', source: 'syscall', plan: result.plan, eventIds: new Set([event.type]) },
  ]);
  // The compiled form is held against the plain one in every case here.
  expect(rules.match(event, () => undefined)).toBe(plain);
  return plain;
}

describe('names', () => {
  test('an unknown field names the nearest one', () => {
    expect(resolve('t.txt = x')).toMatchObject({
      ok: false,
      message: 'filter_check called with nonexistent field t.txt',
      nearest: 't.text',
      at: { offset: 0 },
    });
  });

  test('the position is that of the check', () => {
    expect(resolve('t.text = x and\n not t.nope = y')).toMatchObject({
      ok: false,
      at: { line: 2, column: 6 },
    });
  });

  test('fields are those of the source', () => {
    expect(resolve('ka.verb = get')).toMatchObject({ ok: false });
    expect(resolve('ka.verb = get', 'k8s_audit')).toMatchObject({ ok: true });
    expect(resolve('ka.verb = get and t.text = x', null)).toMatchObject({ ok: true });
    expect([...fields.names('k8s_audit')]).toEqual(['ka.verb']);
  });

  test.each([
    ['t.text[x] = y', 'filter_check called with nonexistent field t.text[x]'],
    ['t.index[x] = y', 'filter_check called with nonexistent field t.index[x]'],
    ['t.key = y', "filter 't.key': t.key requires an argument but none provided"],
    ['t.part = y', "filter 't.part': t.part requires an argument but none provided"],
    ['t.part.x[1] = y', 'filter_check called with nonexistent field t.part.x[1]'],
    ['evt.rawarg.nope = y', 'unknown event argument nope'],
    ['a_macro', "filter error: unexpected identifier 'a_macro'"],
  ])('%s: %s', (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });

  test('arguments are indices, keys or dotted names', () => {
    expect(holds('t.index[2] = x', { 't.index[2]': 'x' })).toBe(true);
    expect(holds('t.key["a b"] = x', { 't.key[a b]': 'x' })).toBe(true);
    expect(holds('t.part.some = x', { 't.part[some]': 'x' })).toBe(true);
    expect(holds('t.distance[1700000000000000001] = 3', { 't.distance[1700000000000000001]': 2 })).toBe(true);
    expect(holds('evt.rawarg.flags = 3', { 'evt.rawarg[flags]': 3 })).toBe(true);
  });
});

describe('types', () => {
  test.each([
    ['t.int contains 1', "filter error: 'contains' operator not supported for numeric filters"],
    ['t.bool < 1', "filter error: '<' operator not supported for numeric filters"],
    ['t.text bcontains 00', "filter error: 'bcontains' operator not supported for string filters"],
    ['t.buffer regex x', "filter error: 'regex' operator not supported for buffer filters"],
    ['t.ip > 1', "filter error: '>' operator not supported for ip address and network filters"],
    [
      't.net contains anyof (x)',
      "filter error: 'contains' with modifier not supported for ip address and network filters",
    ],
    ['t.texts = x', "filter error: '=' operator not supported list filters"],
    ['t.texts == oneof (x)', "filter error: '=' operator not supported list filters"],
    ['t.ports in (1)', "filter error: list filters are not supported for type 'INT32'"],
    ['t.distance[1] != 1', "t.distance supports only '=' comparison operator"],
    ['t.uid = 1', "filter error: '=' operator not supported for type 'UID'"],
    ['t.int = x', 'x is not a valid number'],
    ['t.bool = 1', 'filter error: unrecognized boolean value 1'],
    ['t.text = "\\x00"', 'filter error: filter value cannot contain a NUL byte (\\x00)'],
    ['t.text regex "["', 'invalid regex pattern: missing ]: ['],
    ['t.net = 1.2.3.4', 'unrecognized IP network 1.2.3.4'],
    ['t.buffer bcontains 123', 'filter error: bcontains and bstartswith operator support hex strings only'],
    ['evt.rawarg.data = x', "wrong parameter type: 'evt.rawarg.data' holds bytes and cannot be compared"],
  ])('%s: %s', (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });

  test('exists works on every type', () => {
    expect(message('t.uid exists and t.ports exists and t.buffer exists')).toBe('resolved');
  });

  test('event types must be known', () => {
    expect(resolve('evt.type in (open, opne)')).toMatchObject({
      ok: false,
      message: 'unknown event type opne',
      nearest: 'open',
    });
    expect(message('evt.type startswith ope')).toBe('unknown event type ope');
    const parsed = parseCondition('evt.type = container_added');
    expect(
      parsed.ok && resolveCondition(parsed.expr, { ...scope, eventNames: new Set(['container_added']) }),
    ).toMatchObject({
      ok: true,
    });
  });
});

describe('right-hand fields', () => {
  test.each([
    [
      't.text = val(t.int)',
      "field 't.text' has type 'CHARBUF' while the right-hand side field 't.int' has incompatible type 'INT64'",
    ],
    [
      't.texts in val(t.text)',
      "field 't.texts' has type 'CHARBUF' (list) while the right-hand side field 't.text' has incompatible type 'CHARBUF'",
    ],
    ['t.text regex val(t.other)', "operator 'REGEX' doesn't support right-hand side fields"],
    ['t.text pmatch val(t.other)', "operator 'PMATCH' doesn't support right-hand side fields"],
    ['t.net = val(t.net)', "field type 'IPNET' doesn't support right-hand side fields"],
    ['t.ends = val(t.int)', "field 't.ends' doesn't support right-hand side fields"],
    ['t.uint = val(t.ends)', "field 't.ends' can't be used as a right-hand side field"],
    ['t.text = val(t.other)[x]', "filter error: transformer 'val' does not support field arguments"],
  ])('%s: %s', (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });

  test('compare the values of two fields', () => {
    const given = { 't.text': 'abc', 't.other': 'b' };
    expect(holds('t.text contains val(t.other)', given)).toBe(true);
    expect(holds('t.text = val(t.other)', given)).toBe(false);
    expect(holds('t.text glob val(t.other)', { 't.text': 'abc', 't.other': 'a*' })).toBe(true);
    expect(holds('toupper(t.other) < toupper(t.text)', given)).toBe(false);
    expect(holds('t.int != val(t.int)', { 't.int': 3 })).toBe(false);
  });

  test('a list is inside, or meets, another list', () => {
    const given = { 't.texts': ['a', 'b'], 't.more': ['b', 'c'] };
    expect(holds('t.texts intersects val(t.more)', given)).toBe(true);
    expect(holds('t.texts in val(t.more)', given)).toBe(false);
    expect(holds('t.texts in val(t.more)', { 't.texts': ['c', 'b'], 't.more': ['b', 'c'] })).toBe(true);
  });

  test('nothing compares with a missing value', () => {
    expect(holds('t.text != val(t.other)', { 't.text': 'a' })).toBe(false);
    expect(holds('t.text != val(t.other)', { 't.other': 'a' })).toBe(false);
  });
});

describe('transformers', () => {
  test.each([
    [
      'tolower(t.int) = x',
      "can't add field transformer: type 'INT64' is not supported by 'tolower' transformer applied on field 't.int'",
    ],
    [
      'b64(t.path) = x',
      "can't add field transformer: type 'FSPATH' is not supported by 'b64' transformer applied on field 't.path'",
    ],
    ['tolower(t.ends) = 1', "field 't.ends' does not support transformers"],
    ['tolower(t.text)[x] = 1', "filter error: transformer 'tolower' does not support field arguments"],
    ['join("-", t.text) = x', 'join() second argument must be a list'],
    ['join("-") = x', 'join() requires exactly 2 arguments: separator and list'],
    ['concat("a") = x', 'concat() requires at least 2 arguments'],
    ['concat(t.int, "a") = x', 'concat() arguments must be strings'],
    ['getopt(t.texts, "a")[ab] = x', 'getopt() field argument must be a single option character'],
    ['tolower(t.text, t.text) = x', 'tolower() requires exactly 1 argument'],
    ['len(t.text) = x', 'x is not a valid number'],
    ['getopt(t.texts, "a") = x', "filter error: '=' operator not supported list filters"],
  ])('%s: %s', (text, wanted) => {
    expect(message(text)).toBe(wanted);
  });

  test.each([
    ['tolower(t.text) = abc', { 't.text': 'ABC' }, true],
    ['len(t.text) > 2', { 't.text': 'ABC' }, true],
    ['len(t.texts) = 2', { 't.texts': ['a', 'b'] }, true],
    ['toupper(t.texts) in (A, B)', { 't.texts': ['a', 'b'] }, true],
    ['len(b64(t.text)) = 5', { 't.text': 'aGVsbG8' }, true],
    ['b64(t.text) exists', { 't.text': '?' }, false],
    [
      'join("-", (t.text, "x", t.int, t.texts)) = "a-x-7-b-c"',
      { 't.text': 'a', 't.int': 7, 't.texts': ['b', 'c'] },
      true,
    ],
    ['join("-", (t.text, "x")) = "a-x"', {}, false],
    ['concat(t.text, "-", basename(t.other)) = a-c', { 't.text': 'a', 't.other': '/b/c' }, true],
    ['getopt(t.texts, "nt:")[t] = 5', { 't.texts': ['-n', '-t5'] }, true],
    ['getopt(t.texts, "nt:") intersects (n)', { 't.texts': ['-n', '-t5'] }, true],
    ['toupper("a") = A', {}, true],
    ['join(",", ("a", "b")) = "a,b"', {}, true],
    ['t.text = tolower(t.other)', { 't.text': 'a', 't.other': 'A' }, true],
  ])('%s on %j is %s', (text, given, wanted) => {
    expect(holds(text, given)).toBe(wanted);
  });
});

describe('evaluation', () => {
  test.each([
    ['t.text != x', {}, false],
    ['not t.text = x', {}, true],
    ['t.text exists', {}, false],
    ['t.text exists', { 't.text': '' }, true],
    ['t.texts in (a, b)', { 't.texts': ['a'] }, true],
    ['t.texts in (a, b)', { 't.texts': ['a', 'c'] }, false],
    ['t.texts in ()', { 't.texts': [] }, true],
    ['t.texts intersects (c)', { 't.texts': ['a', 'c'] }, true],
    ['t.texts intersects ()', { 't.texts': ['a'] }, false],
    ['t.ends = 80', { 't.ends': [80, 1234] }, true],
    ['t.ends = 80', { 't.ends': [1, 2] }, false],
    ['t.ends != 80', { 't.ends': [80, 1234] }, false],
    ['t.ends != 80', { 't.ends': [1, 2] }, true],
    ['t.ends in (80, 443)', { 't.ends': [1, 443] }, true],
    ['t.ends < 1024', { 't.ends': [4000, 22] }, true],
    ['t.ancestors = second', {}, true],
    ['t.ancestors[1] = second', {}, false],
    ['t.ancestors != second', {}, true],
    ['t.text contains oneof (a, b)', { 't.text': 'xa' }, true],
    ['t.text contains oneof (a, b)', { 't.text': 'ab' }, false],
    ['t.text contains anyof (a, b)', { 't.text': 'ab' }, true],
    ['t.text contains allof (a, b)', { 't.text': 'ab' }, true],
    ['t.text contains allof (a, b)', { 't.text': 'a' }, false],
    ['t.text contains allof ()', { 't.text': 'a' }, false],
    ['t.text = anyof (a, b)', { 't.text': 'b' }, true],
    ['t.text != allof (a, b)', { 't.text': 'b' }, false],
    ['t.text != anyof (a, b)', { 't.text': 'b' }, true],
    ['t.text regex anyof (a+, b+)', { 't.text': 'bb' }, true],
    ['t.ip = anyof (1.2.3.4, ::1)', { 't.ip': '\x01\x02\x03\x04' }, true],
    ['t.net != allof (1.0.0.0/8, 2.0.0.0/8)', { 't.net': '\x01\x02\x03\x04' }, false],
    ['t.int = 5 or t.text = x and t.bool = true', { 't.int': 4, 't.text': 'x', 't.bool': true }, true],
  ])('%s on %j is %s', (text, given, wanted) => {
    expect(holds(text, given as Record<string, FieldValue>)).toBe(wanted);
  });

  test('numbers beyond 2^53 keep their digits', () => {
    expect(holds('t.uint > 9007199254740993', { 't.uint': 9007199254740994n })).toBe(true);
    expect(holds('t.uint = 9007199254740993', { 't.uint': 9007199254740992n })).toBe(false);
  });

  test('compiled and plain form agree on random conditions', () => {
    const leaf = fc.constantFrom(
      ...[
        't.text = a',
        't.text != a',
        't.text exists',
        't.int < 3',
        't.texts in (a, b)',
        't.texts intersects (b)',
      ],
      ...[
        't.text contains anyof (a, b)',
        'tolower(t.text) = a',
        't.text = val(t.other)',
        't.ends != 80',
        't.bool = true',
      ],
      ...[
        't.ancestors = second',
        't.text regex [ab]+',
        't.text pmatch (a)',
        'evt.type = open',
        'len(t.texts) > 1',
      ],
    );
    const { condition } = fc.letrec<{ condition: string }>((tie) => ({
      condition: fc.oneof(
        { depthSize: 'small' },
        leaf,
        tie('condition').map((inner) => `not (${inner})`),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} and ${b})`),
        fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} or ${b})`),
      ),
    }));
    const text = fc.constantFrom(null, '', 'a', 'A', 'ab');
    const given = fc.record({
      't.text': text,
      't.other': text,
      't.int': fc.constantFrom(null, 1, 5),
      't.texts': fc.constantFrom(null, [], ['a'], ['b', 'c']),
      't.ends': fc.constantFrom(null, [80, 1], [2, 3]),
      't.bool': fc.constantFrom(null, true, false),
      'evt.type': fc.constant('open'),
    });
    fc.assert(
      fc.property(condition, given, (source, record) => {
        holds(source, record);
      }),
      { numRuns: 500 },
    );
  });
});

describe('warnings', () => {
  test.each([
    ['t.text = t.other', ["'t.other' may be a valid field misused as a const string value"]],
    ['t.text = " t.other "', ["' t.other ' may be a valid field misused as a const string value"]],
    [
      't.text in (t.other, x, "val(t.other)")',
      [
        "'t.other' may be a valid field misused as a const string value",
        "'val(t.other)' may be a valid field transformer misused as a const string value",
      ],
    ],
    [
      't.text regex ^abc$',
      [
        "regex check with '^abc$' may be optimized with simpler operators such as '=', 'contains', 'startswith', 'endswith'",
      ],
    ],
    ['t.text regex "a.c"', []],
    ['t.text = t.nope', []],
    ['t.text = tolower', []],
  ])('%s', (text, wanted) => {
    const result = resolve(text);
    expect(result.ok && result.warnings.map((warning) => warning.message)).toEqual(wanted);
  });
});

describe('readOutputOperand', () => {
  test.each([
    ['t.text.', 't.text', 6],
    ['t.textual', 't.text', 6],
    ['t.index[1', 't.index', 7],
    ['t.index[1] x', 't.index[1]', 10],
    ['tolower(t.text)[', 'tolower(t.text)', 15],
    ['t.text.other.x', 't.text', 6],
  ])('%s is %s', (text, wanted, length) => {
    expect(readOutputOperand(`%${text}`, 1, scope)).toMatchObject({
      ok: true,
      operand: { text: wanted },
      length,
    });
  });

  test('fields that only conditions can test are taken, unknown ones are refused', () => {
    expect(readOutputOperand('t.ends', 0, scope)).toMatchObject({ ok: true, operand: { text: 't.ends' } });
    expect(readOutputOperand('t.nope', 0, scope)).toMatchObject({ ok: false, nearest: 't.more' });
    expect(readOutputOperand('', 0, scope)).toMatchObject({ ok: false });
  });

  test('noise gives a reading, never a crash', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('t.text', '[', ']', '"', '(', ')', 'tolower(', '.', ' ', 'x')),
        (parts) => {
          const text = parts.join('');
          const reading = readOutputOperand(text, 0, scope);
          expect(!reading.ok || reading.length <= text.length).toBe(true);
          expect(typeof readOperandText(text, scope).ok).toBe('boolean');
        },
      ),
    );
  });
});

test('a long list is looked up, not walked', () => {
  const items = Array.from({ length: 20_000 }, (_, i) => `item${i}`).join(', ');
  const result = resolve(`t.text in (${items})`);
  values['t.text'] = 'item19999x';
  const condition = result.ok ? interpret(result.plan) : () => true;
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) {
    condition(event);
  }
  expect(performance.now() - start).toBeLessThan(2000);
  expect(eventTable.length).toBeGreaterThan(400);
});
