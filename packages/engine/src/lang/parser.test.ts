import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Expr } from './ast.ts';
import { parseCondition, parseOperandAt } from './parser.ts';
import { printCondition } from './printer.ts';

function parsed(text: string): Expr {
  const result = parseCondition(text);
  if (!result.ok) {
    throw new Error(`${text}: ${result.message}`);
  }
  return result.expr;
}

function message(text: string): string {
  const result = parseCondition(text);
  return result.ok ? 'parsed' : result.message;
}

/** The expression without positions and marks of how values were written. */
function shape(expr: unknown): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) => (key === 'at' || key === 'quoted' ? undefined : value)),
  );
}

const arbitraryWord = fc.constantFrom(
  ...[
    'a.b',
    'proc.name',
    'evt.arg[x]',
    'not',
    'not(',
    'and',
    'or',
    'in',
    'exists',
    '=',
    '!=',
    '<',
    'contains',
  ],
  ...[
    'oneof',
    'anyof',
    '(',
    ')',
    ',',
    '"a b"',
    "'\\x41'",
    '"',
    '\\',
    'tolower(',
    'val(',
    'join(',
    'x',
    '12',
    '0x1f',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    '\n',
    '\b',
    '\v',
    '\0',
    '[',
    ']',
    'glob',
    'regex',
    'pmatch',
    'intersects',
    '\xc3\xa9',
    '\xff',
    '"\\q"',
  ],
);
const noise = fc.oneof(
  fc.array(arbitraryWord, { maxLength: 30 }).map((words) => words.join('')),
  fc.array(arbitraryWord, { maxLength: 30 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary' }),
);

describe('parseCondition', () => {
  test('and binds tighter than or, and chains are flat', () => {
    expect(printCondition(parsed('a.b=1 or a.b=2 and a.b=3 or(a.b=4)'))).toBe(
      '(a.b = 1 or (a.b = 2 and a.b = 3) or a.b = 4)',
    );
  });

  test('groups in parentheses keep their own node', () => {
    expect(printCondition(parsed('(x and y) and z'))).toBe('((x and y) and z)');
  });

  test('repeated not toggles', () => {
    expect(parsed('not not not x')).toMatchObject({ kind: 'not', child: { kind: 'macro', name: 'x' } });
    expect(parsed('not not(x)')).toMatchObject({ kind: 'macro' });
  });

  test('keywords have no boundary after them', () => {
    expect(parsed('a.b in(x)')).toMatchObject({ operator: 'in' });
    expect(message('a.b existsx')).toBe("unexpected token after 'exists', expecting 'or', 'and'");
    expect(message('x orx')).toBe("expected blank or '(' after 'or'");
  });

  test('a modifier needs a list or a name after it that is no keyword', () => {
    expect(parsed('a.b = oneof (x, y)')).toMatchObject({ modifier: 'oneof', right: { kind: 'list' } });
    expect(parsed('a.b contains anyof words')).toMatchObject({
      modifier: 'anyof',
      right: { value: 'words' },
    });
    expect(parsed('a.b = oneof and x')).toMatchObject({
      kind: 'and',
      children: [{ right: { value: 'oneof' } }, {}],
    });
    expect(parsed('a.b = oneof')).toMatchObject({ modifier: null, right: { value: 'oneof' } });
  });

  test('numeric operators take numbers only', () => {
    expect(parsed('a.b<=-1.5e+3')).toMatchObject({ right: { value: '-1.5e+3' } });
    expect(parsed('a.b > 0x1F')).toMatchObject({ right: { value: '0x1F' } });
    expect(message('a.b > x')).toMatch(/^expected a number value or a field with a valid transformer: 'val'/);
  });

  test('a list whose first item is wrong must be empty', () => {
    expect(parsed('a.b in ()')).toMatchObject({ right: { items: [] } });
    expect(parsed('a.b in ("\\q")')).toMatchObject({ right: { items: [] } });
    expect(message('a.b in (,)')).toBe("expected a ')' token");
    expect(message('a.b in (x,)')).toBe('expected a string value');
  });

  test('a quoted text ends at the first delimiter that does not follow a backslash', () => {
    expect(parsed('a.b = "x\\"y"')).toMatchObject({ right: { value: 'x"y', quoted: true } });
    expect(message('a.b = "x\\\\"')).toMatch(/^expected a string value/);
    expect(message(`a.b = 'x\\"'`)).toBe(`invalid \\" escape in '-quoted string`);
    expect(message('a.b = "\\q"')).toBe('unsupported string escape sequence: \\q');
    expect(message('a.b = "\\x4"')).toBe('truncated hex char escape sequence');
    expect(message('a.b = "\\x4g"')).toBe('invalid hex char escape sequence: 4g');
  });

  test('transformers nest and take arguments', () => {
    expect(parsed('getopt( proc.args , "nt:" )[t] = tolower(val.x)')).toMatchObject({
      left: {
        kind: 'transformer',
        name: 'getopt',
        argument: 't',
        inputs: [{ kind: 'field' }, { quoted: true }],
      },
      right: { kind: 'transformer', name: 'tolower' },
    });
    expect(parsed('join("-", (a.b, "x", 1, len(a.c))) = y')).toMatchObject({
      left: { inputs: [{}, { kind: 'list', items: [{}, {}, {}, { name: 'len' }] }] },
    });
    expect(message('tolower(x) = y')).toMatch(/^expected field transformer argument/);
    expect(message('a.b = val(x)')).toBe("expected a field within 'val' transformer");
  });

  test('positions count lines and columns from 1', () => {
    expect(parseCondition('a.b = 1 and\n  a.c = ')).toMatchObject({
      ok: false,
      at: { offset: 20, line: 2, column: 9 },
    });
    expect(parsed('x or\n\n not y')).toMatchObject({ children: [{}, { at: { line: 3, column: 2 } }] });
  });

  test('an empty text and what follows an expression are errors', () => {
    expect(message('')).toBe('filter input string is empty');
    expect(message('x y')).toBe("unexpected token after 'x', expecting 'or', 'and'");
  });

  test('depth is bounded', () => {
    expect(message('('.repeat(100_000))).toBe('exceeded max depth limit of 100');
    const deep = (levels: number): string => `${'('.repeat(levels)}x${')'.repeat(levels)}`;
    expect(message(deep(19))).toBe('parsed');
    expect(message(deep(20))).toBe('exceeded max depth limit of 100');
    expect(parseCondition(deep(190), { maxDepth: 1000 }).ok).toBe(true);
    expect(parseCondition(`a.b = ${'tolower('.repeat(100_000)}`).ok).toBe(false);
  });

  test('long texts take linear time', () => {
    const long = 300_000;
    const texts = [
      'a'.repeat(long),
      `a${'.a'.repeat(long)}`,
      `a.b = ${'\xc3\xa9'.repeat(long)}`,
      `a.b = "${'\\"'.repeat(long)}`,
      `a.b in (${'x,'.repeat(long)}x)`,
      'not '.repeat(long),
      'x or '.repeat(long),
      `a.b < ${'1'.repeat(long)}`,
      ' '.repeat(long),
      `a.b = oneof ${'x'.repeat(long)}`,
    ];
    const start = performance.now();
    texts.forEach((text) => parseCondition(text));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('noise gives a result, never an exception', () => {
    fc.assert(
      fc.property(noise, (text) => typeof parseCondition(text).ok === 'boolean'),
      { numRuns: 2000 },
    );
  });
});

describe('printCondition', () => {
  test('its text parses to an equal expression', () => {
    fc.assert(
      fc.property(noise, (text) => {
        const first = parseCondition(text, { maxDepth: 1000 });
        if (first.ok) {
          const again = parseCondition(printCondition(first.expr), { maxDepth: 3000 });
          expect(again.ok && shape(again.expr)).toEqual(shape(first.expr));
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('any value survives printing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (value, argument) => {
        const at = { offset: 0, line: 1, column: 1 };
        const bytes = (text: string): string => text.replace(/[^\0-\xff]/g, '');
        const expr: Expr = {
          kind: 'binary',
          left: { kind: 'field', name: 'a.b', argument: bytes(argument), at },
          operator: '=',
          modifier: 'anyof',
          right: { kind: 'list', items: [{ kind: 'value', value: bytes(value), quoted: false, at }], at },
          at,
        };
        expect(shape(parsed(printCondition(expr)))).toEqual(shape(expr));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["a.b='x y'", 'a.b = "x y"'],
    ['a.b=""', 'a.b = ""'],
    ['not (not x)', 'not (not x)'],
    ['a.b["some x"] exists', 'a.b["some x"] exists'],
    ['a.b[""] in(a,"b c" , \'d"\')', 'a.b[""] in (a, "b c", "d\\"")'],
    ['concat(a.b , "-",a.c) == x', 'concat(a.b,"-",a.c) == x'],
    ['a.b glob   oneof (*.x)', 'a.b glob oneof (*.x)'],
  ])('%s', (text, printed) => {
    expect(printCondition(parsed(text))).toBe(printed);
  });
});

describe('parseOperandAt', () => {
  test('stops after the longest field or call', () => {
    expect(parseOperandAt('%proc.name. x', 1)).toMatchObject({
      ok: true,
      expr: { name: 'proc.name' },
      end: 10,
    });
    expect(parseOperandAt('tolower(a.b)[x]y')).toMatchObject({ ok: true, end: 15 });
    expect(parseOperandAt('proc')).toMatchObject({ ok: false });
  });
});
