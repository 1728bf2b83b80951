import type { Expr, TransformerInput } from '../lang/ast.ts';
import codes from './codes.json' with { type: 'json' };
import { conditionStart, type Context, inExpression } from './context.ts';
import type { Report } from './diagnostic.ts';

/** Fields that cannot say anything any more, with what is wrong with them. */
const deprecatedFields: ReadonlyMap<string, string> = new Map(Object.entries(codes.deprecatedFields));

interface Findings {
  unsafe: boolean;
  readonly deprecated: Set<string>;
}

/** Warns about comparisons with `<NA>` and about deprecated fields in a condition without macros. */
export function warnAboutCondition(expr: Expr, text: string, parent: Context, report: Report): void {
  const findings = findingsOf(expr);
  if (!findings.unsafe && findings.deprecated.size === 0) {
    return;
  }
  const context = inExpression(parent, text, conditionStart);
  const place = { source: parent.source, offset: Math.max(0, parent.at) };
  if (findings.unsafe) {
    report.warn('LOAD_UNSAFE_NA_CHECK', '', context, { hint: "Use 'exists' to test for a value.", place });
  }
  for (const [field, problem] of deprecatedFields) {
    if (findings.deprecated.has(field)) {
      report.warn('LOAD_DEPRECATED_ITEM', problem, context, { deprecatedField: field, place });
    }
  }
}

const known = new WeakMap<Expr, Findings>();

function findingsOf(expr: Expr): Findings {
  let findings = known.get(expr);
  if (findings === undefined) {
    findings = { unsafe: false, deprecated: new Set() };
    visit(expr, findings);
    known.set(expr, findings);
  }
  return findings;
}

/** Warns about deprecated fields in an output text, wherever their names stand in it. */
export function warnAboutOutput(output: string, context: Context, report: Report): void {
  for (const field of deprecatedFields.keys()) {
    if (output.includes(field)) {
      report.warn(
        'LOAD_DEPRECATED_ITEM',
        `usage of deprecated field '${field}' has been detected in the rule output`,
        context,
        { deprecatedField: field },
      );
    }
  }
}

const equalities = new Set(['==', '=', '!=', 'in', 'intersects', 'pmatch']);

// Conditions share the nodes of macros; each node needs to be seen once.
function visit(expr: Expr, findings: Findings, seen = new Set<Expr>()): void {
  if (seen.has(expr)) {
    return;
  }
  seen.add(expr);
  switch (expr.kind) {
    case 'and':
    case 'or':
      for (const child of expr.children) {
        visit(child, findings, seen);
      }
      return;
    case 'not':
      visit(expr.child, findings, seen);
      return;
    case 'unary':
      noteFields(expr.left, findings);
      return;
    case 'binary': {
      const last = noteFields(expr.left, findings);
      // Falco looks at what is compared only where the comparison could be unsafe.
      if (
        last !== null &&
        /^(?:ka|jevt)\./.test(last) &&
        equalities.has(expr.operator) &&
        expr.modifier === null
      ) {
        findings.unsafe ||= namesNothing(expr.right);
        noteFields(expr.right, findings);
      }
      return;
    }
    case 'macro':
      return;
  }
}

/** Notes deprecated fields and gives the last field, which is the one that counts as compared. */
function noteFields(operand: TransformerInput, findings: Findings): string | null {
  switch (operand.kind) {
    case 'field':
      if (deprecatedFields.has(operand.name)) {
        findings.deprecated.add(operand.name);
      }
      return operand.name;
    case 'transformer':
    case 'list': {
      let last: string | null = null;
      for (const input of operand.kind === 'list' ? operand.items : operand.inputs) {
        last = noteFields(input, findings) ?? last;
      }
      return last;
    }
    case 'value':
      return null;
  }
}

function namesNothing(operand: TransformerInput): boolean {
  switch (operand.kind) {
    case 'value':
      return operand.value === '<NA>';
    case 'list':
      return operand.items.some(namesNothing);
    case 'transformer':
      return operand.inputs.some(namesNothing);
    case 'field':
      return false;
  }
}
