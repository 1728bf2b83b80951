import type { Expr } from '../lang/ast.ts';
import { printCondition } from '../lang/printer.ts';
import type { ParsedCondition } from './language.ts';
import { parseYaml, type YamlScalar } from './yaml/parse.ts';

/**
 * Takes checks that an event is an exit event out of a condition's YAML text; there are no other events any more.
 * Null when checks of `evt.dir` would be left, or when the rest would not be the same condition without them.
 */
export function removeDirectionChecks(
  raw: string,
  scalar: YamlScalar,
  parse: (text: string) => ParsedCondition,
): string | null {
  const written = raw
    .replaceAll(/\s+and\s+evt\.dir\s*==?\s*(?:<|"<"|'<')(?=[\s)"']|$)/g, '')
    .replaceAll(/(?<!\bnot\s+)\bevt\.dir\s*==?\s*(?:<|"<"|'<')\s+and\s+/g, '');
  const value = valueOfText(written);
  // A text that reads otherwise on its own, such as one of several lines in a flow map, is left alone.
  if (value === null || value.includes('evt.dir') || valueOfText(raw) !== scalar.value) {
    return null;
  }
  const before = parsePart(scalar.value, parse);
  const after = parsePart(value, parse);
  if (before === null || after === null) {
    return null;
  }
  const wanted = withoutDirection(before);
  return wanted !== null && printCondition(wanted) === printCondition(flat(after)) ? written : null;
}

/** Reads a scalar's text again. */
function valueOfText(written: string): string | null {
  const parsed = parseYaml(`key: ${written}`);
  const document = parsed.ok ? parsed.documents[0] : undefined;
  const node = document?.kind === 'map' && document.pairs.length === 1 ? document.pairs[0]?.value : undefined;
  return node?.kind === 'scalar' ? node.value : null;
}

/** Parses a condition, or the rest of one as it is written in appends: `and …`. */
function parsePart(text: string, parse: (text: string) => ParsedCondition): Expr | null {
  const whole = parse(text.trim());
  if (whole.ok) {
    return flat(whole.expr);
  }
  const part = parse(`evt.num exists ${text.trim()}`);
  return part.ok ? flat(part.expr) : null;
}

function isDirection(expr: Expr): boolean {
  return (
    expr.kind === 'binary' &&
    expr.left.kind === 'field' &&
    expr.left.name === 'evt.dir' &&
    (expr.operator === '=' || expr.operator === '==') &&
    expr.right.kind === 'value' &&
    expr.right.value === '<'
  );
}

/** The condition with checks taken out of chains of `and`; null when nothing would be left of one. */
function withoutDirection(expr: Expr): Expr | null {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const kept = expr.kind === 'and' ? expr.children.filter((child) => !isDirection(child)) : expr.children;
      const children = kept.map(withoutDirection);
      return children.length === 0 || children.includes(null)
        ? null
        : flat({ ...expr, children: children.filter((child) => child !== null) });
    }
    case 'not': {
      const child = withoutDirection(expr.child);
      return child === null ? null : { ...expr, child };
    }
    default:
      return isDirection(expr) ? null : expr;
  }
}

/** A chain of one is that one. */
function flat(expr: Expr): Expr {
  switch (expr.kind) {
    case 'and':
    case 'or': {
      const children = expr.children.map(flat);
      const [only] = children;
      return children.length === 1 && only !== undefined ? only : { ...expr, children };
    }
    case 'not':
      return { ...expr, child: flat(expr.child) };
    default:
      return expr;
  }
}
