import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  createFieldLookup,
  EventView,
  type Expr,
  type FieldClass,
  fieldClasses,
  interpret,
  parseCondition,
  printCondition,
  resolveCondition,
  type StateView,
} from '../packages/engine/src/index.ts';
import { toByteString } from '../packages/engine/src/rules/bytes.ts';

interface ConditionCase {
  readonly id: string;
  readonly kind: 'parse' | 'compile' | 'const_eval' | 'print';
  readonly filter: string;
  readonly expect: 'ok' | 'fail';
  readonly message?: string;
  readonly warnings?: number;
  readonly result?: boolean;
  readonly printed?: string;
}

const file = new URL('../../shared/conformance/falco/condition-cases.json', import.meta.url);
const cases = existsSync(file)
  ? // The shape is described beside the file.
    (JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly ConditionCase[] }).cases
  : [];

// Fields that only Falco's own tests have. A check of c.true holds and one of c.false fails for `= 1`.
const mocks: FieldClass = {
  id: 'mock',
  doc: 'Mock fields.',
  sources: 'all',
  fields: [
    { name: 'c.true', type: 'CHARBUF', doc: 'One.', extract: () => '1' },
    { name: 'c.false', type: 'CHARBUF', doc: 'Nothing.', extract: () => null },
    { name: 'c.buffer', type: 'BYTEBUF', doc: 'Nothing.', extract: () => null },
    { name: 'c.doublequote', type: 'CHARBUF', doc: 'Text.', extract: () => 'hello "quoted"' },
    { name: 'c.singlequote', type: 'CHARBUF', doc: 'Text.', extract: () => "hello 'quoted'" },
  ],
};
const fields = createFieldLookup([mocks, ...fieldClasses]);
const scope = { fields, source: 'syscall' };

function ofKind(
  kind: ConditionCase['kind'],
  wanted: ConditionCase['expect'],
): (readonly [string, ConditionCase])[] {
  return cases
    .filter((one) => one.kind === kind && one.expect === wanted)
    .map((one) => [`${one.id} ${one.filter}`, one] as const);
}

function parsed(text: string): Expr {
  const result = parseCondition(toByteString(text));
  if (!result.ok) {
    throw new Error(result.message);
  }
  return result.expr;
}

function withoutPositions(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (key, value: unknown) => (['at', 'quoted'].includes(key) ? undefined : value)),
  );
}

describe.skipIf(cases.length === 0)('condition cases (needs ../shared)', () => {
  test.each(ofKind('parse', 'ok'))('parses %s', (_name, { filter }) => {
    const spaced = ` ${filter} `;
    for (const variant of [filter, spaced, spaced.replaceAll(' ', '\n'), spaced.replaceAll(' ', '\t')]) {
      expect(parseCondition(toByteString(variant))).toMatchObject({ ok: true });
    }
  });

  test.each(ofKind('parse', 'fail'))('refuses %s', (_name, { filter, message }) => {
    const result = parseCondition(toByteString(filter));
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.message).toContain(message ?? '');
  });

  test.each(ofKind('print', 'ok'))('prints %s', (_name, { id, filter, printed }) => {
    const expr = parsed(filter);
    if (id.includes('bidirectional')) {
      expect(withoutPositions(parsed(printCondition(expr)))).toEqual(withoutPositions(expr));
    } else {
      expect(printCondition(expr)).toBe(printed);
    }
  });

  test.each(ofKind('compile', 'ok'))('resolves %s', (_name, { filter, warnings }) => {
    const result = resolveCondition(parsed(filter), scope);
    expect(result).toMatchObject({ ok: true });
    if (warnings !== undefined) {
      expect(result.ok && result.warnings).toHaveLength(warnings);
    }
  });

  test.each(ofKind('compile', 'fail'))('does not resolve %s', (_name, { filter, message }) => {
    const syntax = parseCondition(toByteString(filter));
    const result = syntax.ok ? resolveCondition(syntax.expr, scope) : syntax;
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.message).toContain(message ?? '');
  });

  test.each(ofKind('const_eval', 'ok'))('evaluates %s', (_name, { filter, result }) => {
    const resolved = resolveCondition(parsed(filter), scope);
    // Mock fields read nothing of the event.
    const event = new EventView({} as StateView);
    expect(resolved.ok && interpret(resolved.plan)(event)).toBe(result);
  });
});
