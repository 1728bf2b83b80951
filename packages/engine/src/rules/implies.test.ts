import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Operand, Plan } from '../plan.ts';
import type { FieldValue } from '../value.ts';
import { falcoLanguage } from './falco-language.ts';
import { implies, isContradiction } from './implies.ts';

const language = falcoLanguage();

function plan(text: string): Plan {
  const parsed = language.parse(text, 100);
  const resolved = parsed.ok ? language.resolve(parsed.expr, 'syscall') : parsed;
  if (!resolved.ok) {
    throw new Error(`${text}: ${resolved.message}`);
  }
  return resolved.plan;
}

test.each([
  ['proc.name = a and fd.name = b', 'fd.name = b'],
  ['proc.name = a', 'proc.name = a or fd.name = b'],
  ['proc.name in (a, b)', 'proc.name in (c, b, a)'],
  ['proc.name = cat', 'proc.name startswith ca'],
  ['proc.name = a', 'proc.name exists'],
  ['proc.name contains a', 'proc.name exists'],
  ['not (proc.name exists or fd.name = x)', 'not proc.name = a'],
  ['evt.type = open and proc.name = a', 'evt.type in (open, openat)'],
  [
    'proc.name = a and (fd.name = b or fd.name = c)',
    '(proc.name = a and fd.name = c) or (proc.name = a and fd.name = b)',
  ],
  ['proc.name = a', 'not proc.name = b'],
  ['evt.is_open_write = true', 'not evt.is_open_write = false'],
  ['evt.num = 0', 'proc.name = a'],
])('%s implies %s', (a, b) => {
  expect(implies(plan(a), plan(b))).toBe('yes');
});

test.each([
  ['fd.name = b', 'proc.name = a and fd.name = b'],
  ['proc.name in (a, b)', 'proc.name = a'],
  ['proc.name startswith ca', 'proc.name = cat'],
  ['proc.name exists', 'proc.name = a'],
  // A value that is missing makes both sides false.
  ['not proc.name = a', 'proc.name != a'],
  // These stand for several values at a time.
  ['proc.aname = a', 'not proc.aname = b'],
  ['fd.ip = 1.2.3.4', 'not fd.ip = 1.2.3.5'],
  ['fd.types intersects (file)', 'not fd.types intersects (pipe)'],
])('%s does not imply %s', (a, b) => {
  expect(implies(plan(a), plan(b))).toBe('no');
});

test.each([
  'evt.type = open and evt.type = close',
  'evt.type in (open, openat) and not evt.type in (openat, open)',
  'proc.name = a and not proc.name exists',
  'proc.name = a and not (proc.name = a or fd.name = b)',
  '(proc.name = a or proc.name = b) and proc.name = c',
  'evt.num < 1',
  'evt.num = 0 or evt.num <= 0',
  'fd.num = 3 and fd.num > 4',
  'tolower(proc.name) = a and tolower(proc.name) = b',
])('%s never holds', (text) => {
  expect(isContradiction(plan(text))).toBe('yes');
});

test.each([
  'proc.name = a and fd.name = b',
  'not evt.num = 0',
  'proc.aname = a and proc.aname = b',
  'evt.num = 1',
])('%s can hold', (text) => {
  expect(isContradiction(plan(text))).toBe('no');
});

test('a search that takes too long is given up', () => {
  const wide = Array.from(
    { length: 60 },
    (_, i) => `(proc.name = a${i} or fd.name = b${i} or user.name = c${i})`,
  );
  expect(implies(plan(wide.join(' and ')), plan('proc.pname = x'), 50)).toBe('unknown');
});

const names = ['proc.name', 'fd.name', 'user.name'] as const;
const values = ['a', 'b', 'ab', null] as const;
const leaf = fc
  .tuple(
    fc.constantFrom(...names),
    fc.constantFrom(
      '= a',
      '= b',
      '!= a',
      'in (a, ab)',
      'in (b)',
      'contains b',
      'startswith a',
      'exists',
      '= ab',
    ),
  )
  .map(([name, test]) => `${name} ${test}`);
const condition = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('text'), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join(' and ')})`),
    fc.array(tie('text'), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join(' or ')})`),
    tie('text').map((text) => `not (${text})`),
  ),
})).text;

type Values = ReadonlyMap<string, FieldValue>;

function evaluate(node: Plan, event: Values): boolean {
  switch (node.kind) {
    case 'and':
      return node.children.every((child) => evaluate(child, event));
    case 'or':
      return node.children.some((child) => evaluate(child, event));
    case 'not':
      return !evaluate(node.child, event);
    case 'exists':
      return valueOf(node.left, event) !== null;
    case 'check': {
      const value = valueOf(node.left, event);
      return value !== null && node.test(value);
    }
    case 'compare':
      throw new Error('not generated');
  }
}

function valueOf(operand: Operand, event: Values): FieldValue {
  return event.get(operand.text) ?? null;
}

const events: readonly Values[] = values.flatMap((first) =>
  values.flatMap((second) =>
    values.map(
      (third) =>
        new Map<string, FieldValue>([
          ['proc.name', first],
          ['fd.name', second],
          ['user.name', third],
        ]),
    ),
  ),
);

test('what is said to imply does so for every event', () => {
  fc.assert(
    fc.property(condition, condition, (a, b) => {
      const [left, right] = [plan(a), plan(b)];
      if (implies(left, right) === 'yes') {
        expect(events.filter((event) => evaluate(left, event) && !evaluate(right, event))).toEqual([]);
      }
      if (isContradiction(left) === 'yes') {
        expect(events.filter((event) => evaluate(left, event))).toEqual([]);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a condition implies itself, whatever it is extended by', () => {
  fc.assert(
    fc.property(condition, condition, (a, b) => {
      expect(implies(plan(`${a} and ${b}`), plan(a))).toBe('yes');
      expect(implies(plan(a), plan(`${b} or ${a}`))).toBe('yes');
      expect(isContradiction(plan(`${a} and not (${a})`))).toBe('yes');
    }),
    { numRuns: 300 },
  );
});
