import { conditionExtract } from '../field.ts';
import { parseIpv4, parseIpv6 } from '../lib/net.ts';
import type { FieldOperand, Operand, Plan } from '../plan.ts';
import { fromByteString, toByteString } from '../rules/bytes.ts';
import { type FieldValue, type ParamType, type Scalar, valueGroup } from '../value.ts';

/** What is known of an event that is over. */
export interface KnownFacts {
  /** Typed values as `factReader` wrote them; null for a value that the event did not have. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Values as they were printed: the whole of what an alert of somebody else says. */
  readonly printed: Readonly<Record<string, unknown>>;
}

export interface Replayed {
  /** Null when it depends on values that are not known. */
  readonly holds: boolean | null;
  /** The fields whose values would have to be known, as a condition writes them; empty when it is decided. */
  readonly missing: readonly string[];
}

type Lookup = (operand: FieldOperand, insideCall: boolean) => FieldValue | undefined;
/** Null: not known; adds the fields that it lacks to `missing`. */
type Judge = (known: Lookup, missing: Set<string>) => boolean | null;

const nothing: Replayed['missing'] = [];

/**
 * Prepares to tell whether a condition would have held for an event of which only facts are left. Three values: what
 * is known may decide alone, as one false part of an `and` does, whatever the others are.
 */
export function factReplayer(plan: Plan): (known: KnownFacts) => Replayed {
  const judge = judgeOf(plan);
  return function replay({ facts, printed }) {
    const missing = new Set<string>();
    const holds = judge((operand, insideCall) => valueOf(operand, insideCall, facts, printed), missing);
    return { holds, missing: holds === null ? [...missing].map(fromByteString) : nothing };
  };
}

function judgeOf(plan: Plan): Judge {
  switch (plan.kind) {
    case 'and':
      return untilOneIs(false, plan.children.map(judgeOf));
    case 'or':
      return untilOneIs(true, plan.children.map(judgeOf));
    case 'not': {
      const child = judgeOf(plan.child);
      return function judgeNot(known, missing) {
        const holds = child(known, missing);
        return holds === null ? null : !holds;
      };
    }
    case 'exists':
      return tested([plan.left], ([left]) => left !== null);
    case 'check':
      return tested([plan.left], ([left = null]) => left !== null && plan.test(left));
    case 'compare':
      return tested(
        [plan.left, plan.right],
        ([left = null, right = null]) => left !== null && right !== null && plan.compare(left, right),
      );
  }
}

/** `and` is decided by one part that is false, `or` by one that is true. */
function untilOneIs(deciding: boolean, children: readonly Judge[]): Judge {
  return function judgeAll(known, missing) {
    const own = new Set<string>();
    let isOpen = false;
    for (const child of children) {
      const holds = child(known, own);
      if (holds === deciding) {
        return deciding;
      }
      isOpen ||= holds === null;
    }
    own.forEach((field) => missing.add(field));
    return isOpen ? null : !deciding;
  };
}

function tested(operands: readonly Operand[], test: (values: readonly FieldValue[]) => boolean): Judge {
  return function judgeTest(known, missing) {
    const values = operands.map((operand) => read(operand, known, missing, false));
    // A value that the event did not have makes every comparison false, whatever the other one is.
    if (values.some((value) => value === undefined)) {
      return operands.length > 1 && values.includes(null) ? false : null;
    }
    return test(values as FieldValue[]);
  };
}

/** Undefined when it is not known. */
function read(
  operand: Operand,
  known: Lookup,
  missing: Set<string>,
  insideCall: boolean,
): FieldValue | undefined {
  switch (operand.kind) {
    case 'field': {
      const value = known(operand, insideCall);
      if (value === undefined) {
        missing.add(operand.text);
      }
      return value;
    }
    case 'literal':
      return operand.value;
    case 'list':
      // Lists have texts of other values, which only the event itself prints.
      operand.items.forEach((item) => read(item, known, missing, true));
      return undefined;
    case 'transform': {
      const inputs = operand.inputs.map((input) => read(input, known, missing, true));
      if (inputs.includes(null)) {
        return null;
      }
      return inputs.includes(undefined)
        ? undefined
        : operand.transformer.apply(inputs as Exclude<FieldValue, null>[], operand.argument);
    }
  }
}

function valueOf(
  operand: FieldOperand,
  insideCall: boolean,
  facts: KnownFacts['facts'],
  printed: KnownFacts['printed'],
): FieldValue | undefined {
  const { field, argument, type } = operand;
  const name = fromByteString(operand.text);
  // A condition may see more values of a field than a call and an output do: those of all ancestors.
  const isPlain = conditionExtract(field, argument) === field.extract;
  if (facts !== undefined && Object.hasOwn(facts, name)) {
    return insideCall && !isPlain ? undefined : valueOfFact(facts[name], type);
  }
  return isPlain && Object.hasOwn(printed, name) ? valueOfPrinted(printed[name], type) : undefined;
}

function valueOfFact(fact: unknown, type: ParamType): FieldValue | undefined {
  if (!Array.isArray(fact)) {
    return fact === null ? null : scalarOf(fact, type);
  }
  const items = fact.map((item: unknown) => scalarOf(item, type));
  return items.includes(undefined) ? undefined : (items as Scalar[]);
}

/** What was printed tells nothing of no value apart from an empty one, and of a number only where it is printed as one. */
function valueOfPrinted(value: unknown, type: ParamType): FieldValue | undefined {
  if (value === '' || value === '<NA>' || typeof value !== (printedAs[valueGroup(type)] ?? 'string')) {
    return undefined;
  }
  return scalarOf(value, type);
}

const printedAs: Partial<Record<string, string>> = { number: 'number', bool: 'boolean' };

function scalarOf(value: unknown, type: ParamType): Scalar | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
    case 'boolean':
      return value;
    case 'string':
      return textValue(value, type);
    default:
      return undefined;
  }
}

function textValue(text: string, type: ParamType): Scalar | undefined {
  switch (valueGroup(type)) {
    case 'ip':
    case 'net':
      return parseIpv4(text) ?? parseIpv6(text) ?? undefined;
    case 'string':
    case 'buffer':
      // Bytes that were no text are not what they were.
      return text.includes('\ufffd') ? undefined : toByteString(text);
    default:
      return undefined;
  }
}
