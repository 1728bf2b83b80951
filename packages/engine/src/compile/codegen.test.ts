import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventView } from '../event.ts';
import { eventId, eventTable } from '../event-table.ts';
import { defineFields } from '../field.ts';
import { interpret } from '../interpret.ts';
import { parseCondition } from '../lang/parser.ts';
import type { Plan } from '../plan.ts';
import { resolveCondition } from '../resolve/condition.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import type { FieldValue } from '../value.ts';
import { generateMatcher, generateSource } from './codegen.ts';
import { foldForType } from './fold.ts';
import { compileRuleset } from './ruleset.ts';

/** An event whose fields are the entries of its cache. */
function eventOf(values: Record<string, FieldValue>, type = 3): EventView {
  // Test fields read nothing but the cache; the compiler nothing but type and source.
  return {
    cache: new Map(Object.entries(values)),
    type,
    source: 'syscall',
    info: eventTable[type],
  } as unknown as EventView;
}

let reads = 0;
function read(event: EventView, name: string): FieldValue {
  reads++;
  return (event.cache.get(name) as FieldValue | undefined) ?? null;
}

const fieldClass = defineFields({
  id: 'test',
  doc: 'Fields of tests.',
  sources: 'all',
  fields: [
    { name: 't.name', type: 'CHARBUF', doc: 'Text.', extract: (event) => read(event, 'name') },
    { name: 't.path', type: 'CHARBUF', doc: 'Text.', extract: (event) => read(event, 'path') },
    { name: 't.number', type: 'UINT64', doc: 'Number.', extract: (event) => read(event, 'number') },
    { name: 't.flag', type: 'BOOL', doc: 'Flag.', extract: (event) => read(event, 'flag') },
    { name: 't.tags', type: 'CHARBUF', list: true, doc: 'List.', extract: (event) => read(event, 'tags') },
    {
      name: 't.ends',
      type: 'PORT',
      eitherEnd: true,
      doc: 'Both ends.',
      extract: (event) => read(event, 'ends'),
    },
    { name: 'evt.type', type: 'CHARBUF', doc: 'Type.', extract: (event) => event.info.name },
  ],
});
const fields = createFieldLookup([fieldClass]);

function planOf(text: string): Plan {
  const parsed = parseCondition(text);
  if (!parsed.ok) {
    throw new Error(`${text}: ${parsed.message}`);
  }
  const resolved = resolveCondition(parsed.expr, { fields, source: 'syscall' });
  if (!resolved.ok) {
    throw new Error(`${text}: ${resolved.message}`);
  }
  return resolved.plan;
}

const word = fc.constantFrom('a', 'ab', 'abc', '/etc/a', '/etc', 'B', 'x*');
const leaf = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('t.name', 't.path'),
      fc.constantFrom('=', '!=', 'contains', 'icontains', 'startswith', 'endswith', 'glob', 'iglob', 'regex'),
      word,
    )
    .map((p) => p.join(' ')),
  fc
    .tuple(
      fc.constantFrom('t.name', 't.path'),
      fc.constantFrom('in', 'intersects', 'pmatch'),
      fc.array(word, { minLength: 1, maxLength: 4 }),
    )
    .map(([field, op, list]) => `${field} ${op} (${list.join(', ')})`),
  fc
    .tuple(
      fc.constantFrom('contains', 'startswith', '='),
      fc.constantFrom('oneof', 'anyof', 'allof'),
      fc.array(word, { maxLength: 3 }),
    )
    .map(([op, modifier, list]) => `t.name ${op} ${modifier} (${list.join(', ')})`),
  fc
    .tuple(
      fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
      fc.constantFrom('0', '1', '5', '18446744073709551615'),
    )
    .map((p) => `t.number ${p.join(' ')}`),
  fc.constantFrom(
    't.flag = true',
    't.flag != true',
    't.tags in (a, ab)',
    't.tags intersects (a, abc)',
    't.ends = 80',
    't.ends != 80',
    't.ends in (80, 443)',
  ),
  fc.constantFrom(
    't.name exists',
    't.tags exists',
    't.name = val(t.path)',
    'tolower(t.name) = ab',
    'len(t.tags) > 1',
    't.name != val(t.path)',
  ),
  fc.constantFrom('evt.type = open', 'evt.type in (close, open)', 'not evt.type = openat'),
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('expression'), { minLength: 2, maxLength: 4 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('expression'), { minLength: 2, maxLength: 4 }).map((parts) => `(${parts.join(' or ')})`),
    tie('expression').map((part) => `not (${part})`),
  ),
}));
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const values = fc.record({
  name: optional(word),
  path: optional(word),
  number: optional(fc.constantFrom<number | bigint>(0, 1, 4, 5, 6, 2n ** 64n - 1n)),
  flag: optional(fc.boolean()),
  tags: optional(fc.array(word, { maxLength: 3 })),
  ends: optional(fc.constantFrom([80, 1024], [80, 80], [1, 2], [443, 80])),
});
const types = fc.constantFrom(...['SYSCALL_OPEN_X', 'SYSCALL_CLOSE_X', 'SYSCALL_OPENAT_2_X'].map(eventId));

describe('compiled conditions', () => {
  test('agree with the interpreter on random conditions over random events', () => {
    fc.assert(
      fc.property(
        fc.array(expression, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(values, types), { minLength: 1, maxLength: 8 }),
        (texts, events) => {
          const plans = texts.map(planOf);
          const matcher = generateMatcher(plans);
          const conditions = plans.map(interpret);
          for (const [fieldValues, type] of events) {
            const event = eventOf(fieldValues, type);
            const want = conditions.flatMap((condition, i) => (condition(event) ? [i] : []));
            expect(matcher.all(event)).toEqual(want);
            expect(matcher.first(event)).toBe(want[0] ?? -1);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  test('rulesets agree with the interpreter for every type, first and all', () => {
    fc.assert(
      fc.property(
        fc.array(expression, { minLength: 1, maxLength: 5 }),
        values,
        types,
        (texts, fieldValues, type) => {
          const rules = texts.map((text, i) => ({
            name: `r${i}`,
            source: 'syscall',
            plan: planOf(text),
            eventIds: new Set([type]),
          }));
          const event = eventOf(fieldValues, type);
          const want = rules.filter(({ plan }) => interpret(plan)(event)).map(({ name }) => name);
          const found: string[] = [];
          compileRuleset(rules, 'all').match(event, ({ name }) => found.push(name));
          expect(found).toEqual(want);
          found.length = 0;
          compileRuleset(rules, 'first').match(event, ({ name }) => found.push(name));
          expect(found).toEqual(want.slice(0, 1));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('read each field once an event, and only when needed', () => {
    const matcher = generateMatcher(
      ['t.name = a', 't.name = ab and t.path = a', 't.name in (abc, B) or t.path = b'].map(planOf),
    );
    reads = 0;
    expect(matcher.first(eventOf({ name: 'a' }))).toBe(0);
    expect(reads).toBe(1);
    reads = 0;
    expect(matcher.first(eventOf({ name: 'zz', path: 'zz' }))).toBe(-1);
    expect(reads).toBe(2);
  });

  test('hold nothing of the rule text in their source', () => {
    const { source } = generateSource([
      planOf(`t.name = "');process.exit();//" or t.path contains "secret-literal"`),
    ]);
    expect(source).not.toContain('process');
    expect(source).not.toContain('secret');
    expect(source).not.toContain('t.name');
  });

  test('compute a shared expression in one place', () => {
    const macro = '(t.name startswith a and t.path endswith c and t.number > 3)';
    const { source } = generateSource(
      [`${macro} and t.flag = true`, `${macro} and t.flag = false`, `not ${macro}`].map(planOf),
    );
    expect(source.match(/startsWith/g)).toHaveLength(1);
  });
});

test('checks of the event type fold away, those of generic events stay', () => {
  const open = eventTable[eventId('SYSCALL_OPEN_X')]!;
  expect(foldForType(planOf('evt.type = open'), open)).toBe(true);
  expect(foldForType(planOf('evt.type = close and t.flag = true'), open)).toBe(false);
  expect(foldForType(planOf('not evt.type in (close)'), open)).toBe(true);
  expect(foldForType(planOf('evt.type = open and t.flag = true'), open)).toMatchObject({ kind: 'check' });
  expect(foldForType(planOf('evt.type = open'), eventTable[1]!)).toMatchObject({ kind: 'check' });
  expect(foldForType(planOf('evt.type = open'), eventTable[eventId('ASYNCEVENT_E')]!)).toMatchObject({
    kind: 'check',
  });
});

test('a rule of another source, or of another event type, is never asked', () => {
  const rule = { name: 'r', source: 'k8s_audit', plan: planOf('t.flag = true'), eventIds: new Set([3]) };
  const found: string[] = [];
  compileRuleset([rule]).match(eventOf({ flag: true }), ({ name }) => found.push(name));
  compileRuleset([{ ...rule, source: 'syscall', eventIds: new Set([5]) }]).match(
    eventOf({ flag: true }),
    ({ name }) => found.push(name),
  );
  expect(found).toEqual([]);
});
