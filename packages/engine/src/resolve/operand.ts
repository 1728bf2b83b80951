import { type AppError, nearest } from '@lanner/core';
import type { Field, FieldArgument } from '../field.ts';
import type {
  FieldExpr,
  LeftExpr,
  ListExpr,
  TransformerExpr,
  TransformerInput,
  ValueExpr,
} from '../lang/ast.ts';
import { printOperand } from '../lang/printer.ts';
import { quote } from '../lang/quote.ts';
import type { FieldOperand, ListOperand, LiteralOperand, Operand, TransformOperand } from '../plan.ts';
import type { Transformer } from '../transformer.ts';
import { transformers } from '../transformers/registry.gen.ts';
import type { ParamType } from '../value.ts';
import { dottedNames, paramsByName } from './event-names.ts';
import { typeFault } from './fault.ts';
import type { FieldLookup } from './lookup.ts';

/** Where names are looked up. */
export interface OperandScope {
  readonly fields: FieldLookup;
  /** Event source of the rule; null for every source. */
  readonly source: string | null;
}

const transformersByName = new Map(transformers.map((transformer) => [transformer.name, transformer]));

/**
 * Finds the field, or the transformers with all that is inside them, and checks that they fit together.
 * Throws AppError 'condition.type' with Falco's wording; `details.nearest` names a field that may have been meant.
 */
export function resolveOperand(expr: LeftExpr, scope: OperandScope): Operand {
  return expr.kind === 'field' ? resolveField(expr, scope) : resolveTransformer(expr, scope);
}

function resolveField(expr: FieldExpr, { fields, source }: OperandScope): FieldOperand {
  const written = expr.argument === null ? expr.name : `${expr.name}[${expr.argument}]`;
  const found = fields.find(expr.name, source);
  if (found === null) {
    throw unknownField(written, nearest(expr.name, fields.names(source)));
  }
  const { field, dotted } = found;
  const argument =
    dotted === null ? bracketArgument(field, expr.argument) : dottedArgument(field, dotted, expr.argument);
  if (argument === null) {
    throw unknownField(written);
  }
  if (argument === undefined && field.argument === 'required') {
    throw typeFault(`filter '${written}': ${field.name} requires an argument but none provided`);
  }
  return {
    kind: 'field',
    field,
    argument,
    text: printOperand(expr),
    type: typeOf(field, argument),
    list: field.list === true,
  };
}

function unknownField(written: string, near: string | null = null): AppError {
  return typeFault(`filter_check called with nonexistent field ${written}`, near);
}

/** Null for an argument that the field does not take. */
function bracketArgument(field: Field, argument: string | null): FieldArgument | null {
  if (argument === null) {
    return undefined;
  }
  const kinds = field.argumentKinds ?? [];
  for (const kind of kinds) {
    if (kind === 'key') {
      return argument;
    }
    if (kind === 'index' && /^\d{1,20}$/.test(argument)) {
      // Times in ns are beyond 2^53; they stay text so that no digit is lost.
      return Number.isSafeInteger(Number(argument)) ? Number(argument) : argument;
    }
  }
  return null;
}

function dottedArgument(field: Field, name: string, argument: string | null): FieldArgument | null {
  const isKnown = Object.hasOwn(dottedNames, field.name) ? dottedNames[field.name] : undefined;
  if (argument !== null) {
    return null;
  }
  if (isKnown !== undefined && !isKnown(name)) {
    if (field.name === 'evt.arg' || field.name === 'evt.rawarg') {
      throw typeFault(`unknown event argument ${name}`, nearest(name, paramsByName.keys()));
    }
    return null;
  }
  return name;
}

// The type of a parameter differs from event to event; Falco compiles with that of the first one.
function typeOf(field: Field, argument: FieldArgument): ParamType {
  return field.type === 'DYN' && typeof argument === 'string'
    ? (paramsByName.get(argument)?.type ?? 'DYN')
    : field.type;
}

function resolveTransformer(expr: TransformerExpr, scope: OperandScope): Operand {
  if (expr.name === 'val') {
    return resolveVal(expr, scope);
  }
  const transformer = transformersByName.get(expr.name);
  if (transformer === undefined) {
    throw typeFault(
      `unknown field transformer '${expr.name}'`,
      nearest(expr.name, transformersByName.keys()),
    );
  }
  if (expr.argument !== null && transformer.takesArgument !== true) {
    throw noArgument(expr.name);
  }
  const inputs = expr.inputs.map((input) => resolveInput(input, scope));
  const [first] = inputs;
  if (first !== undefined && inputs.length === 1) {
    refuseUntransformable(first);
  }
  const shape = transformer.shape(inputs, expr.argument);
  if (typeof shape === 'string') {
    throw typeFault(shape.startsWith('type ') ? typeProblem(shape, first) : shape);
  }
  const operand: TransformOperand = {
    kind: 'transform',
    transformer,
    inputs,
    argument: expr.argument,
    text: printOperand(expr),
    // A transformer may hand an input back as the shape, which has more properties than these.
    type: shape.type,
    list: shape.list,
  };
  return constant(operand, transformer);
}

function resolveVal(expr: TransformerExpr, scope: OperandScope): Operand {
  if (expr.argument !== null) {
    throw noArgument('val');
  }
  const [input] = expr.inputs;
  if (input === undefined || input.kind !== 'field') {
    throw typeFault("expected a field within 'val' transformer");
  }
  return resolveField(input, scope);
}

function noArgument(name: string): AppError {
  return typeFault(`filter error: transformer '${name}' does not support field arguments`);
}

function refuseUntransformable(operand: Operand): void {
  if (operand.kind === 'field' && operand.field.transformable === false) {
    throw typeFault(`field '${operand.field.name}' does not support transformers`);
  }
}

function typeProblem(problem: string, input: Operand | undefined): string {
  return `can't add field transformer: ${problem} applied on ${input?.list === true ? 'list ' : ''}field '${input?.text ?? ''}'`;
}

function resolveInput(input: TransformerInput, scope: OperandScope): Operand {
  switch (input.kind) {
    case 'field':
    case 'transformer':
      return resolveOperand(input, scope);
    case 'value':
      return literal(input);
    case 'list':
      return list(input, scope);
  }
}

function literal({ value }: ValueExpr): LiteralOperand {
  // A C string ends at its first NUL.
  const nul = value.indexOf('\0');
  return {
    kind: 'literal',
    value: nul < 0 ? value : value.slice(0, nul),
    text: quote(value),
    type: 'CHARBUF',
    list: false,
  };
}

function list({ items }: ListExpr, scope: OperandScope): ListOperand | LiteralOperand {
  const operands = items.map((item) => resolveInput(item, scope));
  const text = `(${operands.map((operand) => operand.text).join(',')})`;
  const literals = operands.flatMap((operand) => (operand.kind === 'literal' ? operand.value : []));
  if (operands.every(({ kind }) => kind === 'literal')) {
    return { kind: 'literal', value: literals.map(String), text, type: 'CHARBUF', list: true };
  }
  return { kind: 'list', items: operands, text, type: 'CHARBUF', list: true };
}

/** Calls with literals only are computed once. */
function constant(operand: TransformOperand, transformer: Transformer): Operand {
  const values = operand.inputs.map((input) => (input.kind === 'literal' ? input.value : null));
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) {
    return operand;
  }
  const value = transformer.apply(known, operand.argument);
  const { text, type, list: isList } = operand;
  return value === null ? operand : { kind: 'literal', value, text, type, list: isList };
}
