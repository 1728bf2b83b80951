import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOperator } from './lang/words.ts';
import type { Operator } from './operator.ts';
import { operators } from './operators/registry.gen.ts';
import type { ParamType, Scalar, ValueGroup } from './value.ts';

const types: Readonly<Record<ValueGroup, ParamType>> = {
  number: 'INT64',
  bool: 'BOOL',
  string: 'CHARBUF',
  buffer: 'BYTEBUF',
  ip: 'IPADDR',
  net: 'IPNET',
};
const examples: Readonly<Record<ValueGroup, readonly [literal: string, value: Scalar]>> = {
  number: ['7', 7],
  bool: ['true', true],
  string: ['61', '61'],
  buffer: ['61', 'a'],
  ip: ['1.2.3.4', '\x01\x02\x03\x04'],
  net: ['1.2.3.0/24', '\x01\x02\x03\x04'],
};

/** Runs the JavaScript that an operator gives the compiler. */
function runInline(
  operator: Operator,
  literals: readonly string[],
  type: ParamType,
  value: Scalar,
): boolean | null {
  const table: unknown[] = [];
  const code = operator.inline?.('value', literals, type, (constant) => `table[${table.push(constant) - 1}]`);
  if (code === undefined || code === null) {
    return null;
  }
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as the compiler does
  return new Function('value', 'table', `return ${code};`)(value, table) as boolean;
}

test('the registry holds every file of the folder', () => {
  const files = readdirSync(new URL('./operators/', import.meta.url)).filter((file) =>
    /^[a-z0-9-]+\.ts$/.test(file),
  );
  expect(operators).toHaveLength(files.length);
});

test('names and aliases are unique', () => {
  const names = operators.flatMap(({ name, aliases }) => [name, ...(aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
  names.forEach((name) => expect(findOperator(name)).toBeDefined());
});

describe.each(operators.map((operator) => [operator.name, operator] as const))('%s', (_name, operator) => {
  test('has one sentence of documentation', () => {
    expect(operator.doc).toMatch(/^[A-Z].*[^.]\.$/);
  });

  test('tests values exactly when it takes literals', () => {
    expect(operator.test !== undefined).toBe(operator.syntax !== 'unary');
    expect(operator.compare !== undefined).toBe(operator.fields);
  });

  test('takes modifiers only where a text stands to its right', () => {
    expect(operator.modifiers).toBe(operator.syntax === 'text');
  });

  test.each(operator.groups.map((group) => [group] as const))('works on %s', (group) => {
    const [literal, value] = examples[group];
    if (operator.test !== undefined) {
      expect(typeof operator.test([literal], types[group])(value)).toBe('boolean');
    }
    if (operator.compare !== undefined) {
      expect(typeof operator.compare(value, value, types[group])).toBe('boolean');
    }
  });
});

describe.each(
  operators
    .filter(({ inline }) => inline !== undefined)
    .map((operator) => [operator.name, operator] as const),
)('%s', (_name, operator) => {
  test('means the same inline', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '6', '1', '*'), maxLength: 4 });
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.bigInt({ min: 1n << 53n, max: 1n << 54n }));
    fc.assert(
      fc.property(text, text, number, number, (literal, value, numeric, other) => {
        const hex = literal.length % 2 === 0 && /^[0-9a-f]*$/i.test(literal) ? literal : '61';
        const cases: (readonly [ParamType, string, Scalar])[] = [
          ['CHARBUF', literal, value],
          ['BYTEBUF', operator.name.startsWith('b') ? hex : literal, value],
          ['INT64', String(numeric), other],
          ['BOOL', 'true', literal === ''],
        ];
        for (const [type, given, tested] of cases) {
          const group = Object.entries(types).find(([, one]) => one === type)?.[0];
          if (operator.groups.some((one) => one === group)) {
            const inline = runInline(operator, [given], type, tested);
            expect(inline ?? operator.test?.([given], type)(tested)).toBe(
              operator.test?.([given], type)(tested),
            );
          }
        }
      }),
    );
  });
});

function holds(
  name: string,
  type: ParamType,
  literals: readonly string[],
  value: Scalar,
): boolean | undefined {
  return findOperator(name)?.test?.(literals, type)(value);
}

test.each([
  ['=', 'CHARBUF', ['a'], 'a', true],
  ['==', 'INT64', ['9007199254740993'], 9007199254740993n, true],
  ['=', 'INT64', ['5'], 5n, true],
  ['!=', 'CHARBUF', ['a'], 'b', true],
  ['!=', 'IPADDR', ['1.2.3.4'], '\0'.repeat(16), true],
  ['=', 'IPNET', ['1.2.3.0/24'], '\x01\x02\x03\xff', true],
  ['!=', 'IPNET', ['1.2.3.0/24'], '\0'.repeat(16), true],
  ['<', 'CHARBUF', ['b'], 'a\xff', true],
  ['>=', 'UINT64', ['9007199254740993'], 9007199254740992n, false],
  ['contains', 'CHARBUF', [''], 'x', true],
  ['contains', 'BYTEBUF', ['a\0b'], 'xa\0by', true],
  ['icontains', 'CHARBUF', ['FOO'], 'a foo', true],
  ['icontains', 'CHARBUF', ['\xc0'], '\xe0', false],
  ['bcontains', 'BYTEBUF', ['0a0B'], 'x\n\v', true],
  ['bstartswith', 'BYTEBUF', ['0a'], 'x\n', false],
  ['startswith', 'CHARBUF', ['/etc'], '/etc/passwd', true],
  ['endswith', 'CHARBUF', ['passwd'], '/etc/passwd', true],
  ['glob', 'CHARBUF', ['/etc/*'], '/etc/ssh/x', true],
  ['iglob', 'CHARBUF', ['*.TXT'], 'a.txt', true],
  ['regex', 'CHARBUF', ['a.c'], 'abc', true],
  ['regex', 'CHARBUF', ['b'], 'abc', false],
  ['in', 'INT32', ['1', '2'], 2n, true],
  ['in', 'CHARBUF', [], 'a', false],
  ['intersects', 'IPNET', ['1.0.0.0/8', '2.0.0.0/8'], '\x02\0\0\x01', true],
  ['pmatch', 'CHARBUF', ['/etc', '/usr'], '/usr/bin', true],
] as const)('%s of %s: %s for %s is %s', (name, type, literals, value, wanted) => {
  expect(holds(name, type, literals, value)).toBe(wanted);
});
