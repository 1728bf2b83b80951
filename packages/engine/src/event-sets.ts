import { AppError } from '@lanner/core';
import { eventId, eventTable } from './event-table.ts';
import type { BinaryCheckExpr, Expr, LeftExpr, TransformerInput, UnaryCheckExpr } from './lang/ast.ts';
import { parseLiteral } from './lib/literal.ts';
import syscalls from './tables/syscalls.json' with { type: 'json' };

/** For which events a condition can hold, as far as that is known before one has come. */
export interface EventSet {
  /** Numbers of event types. */
  readonly ids: ReadonlySet<number>;
  /** Nothing restricts the condition: `ids` has every event type. */
  readonly isAll: boolean;
  /** System calls without an event type of their own; they come as generic events. */
  readonly genericSyscalls: ReadonlySet<string>;
}

const syscallSource = 'syscall';
const asyncEvent = eventId('ASYNCEVENT_E');
const pluginEvent = eventId('PLUGINEVENT_E');
const genericEvents: readonly number[] = [eventId('GENERIC_E'), eventId('GENERIC_X')];

// Rows of the table: name, code, numbers on x86-64 and arm64, event type, flags.
const genericNames: readonly string[] = (syscalls.syscalls as unknown as readonly (readonly unknown[])[])
  .filter((row) => row[4] === 'GENERIC_X')
  .map((row) => String(row[0]))
  .sort();

/** Places in the sets below: event types by number, then generic system calls. */
const size = eventTable.length + genericNames.length;
const placesByName = placesOfNames();

/**
 * The events of a condition of source syscall. Checks of `evt.type` and `syscall.type` by `=`, `!=` and `in` restrict
 * it, and those of `evt.num` that can be decided now, since it counts from 1. All others are neutral, negated or not.
 * `and` intersects, `or` unites, and `not` is pushed down to the checks.
 * Throws AppError 'condition.type' where the type of the event is compared with a field or goes through a transformer.
 */
export function eventSet(expr: Expr): EventSet {
  const places = placesOf(expr, false);
  const ids = new Set<number>();
  const generic = new Set<string>();
  for (let place = 0; place < size; place++) {
    if (places[place] !== 1) {
      continue;
    }
    if (place < eventTable.length) {
      ids.add(place);
    } else {
      generic.add(genericNames[place - eventTable.length] ?? '');
    }
  }
  return { ids, isAll: ids.size === eventTable.length, genericSyscalls: generic };
}

/** Numbers of the event types that a rule has to see; asynchronous events are always among them. */
export function ruleEventIds(expr: Expr, source: string): ReadonlySet<number> {
  return source === syscallSource
    ? new Set([...eventSet(expr).ids, asyncEvent])
    : new Set([pluginEvent, asyncEvent]);
}

/** Names of the events that a rule has to see, sorted; generic events by the names of their system calls. */
export function ruleEventNames(expr: Expr, source: string): string[] {
  const ids = [...ruleEventIds(expr, source)].filter((id) => !genericEvents.includes(id));
  const names = new Set(ids.map((id) => eventTable[id]?.name ?? ''));
  if (source === syscallSource) {
    eventSet(expr).genericSyscalls.forEach((name) => names.add(name));
  }
  return [...names].sort();
}

type Places = Uint8Array;

function placesOf(expr: Expr, negated: boolean): Places {
  switch (expr.kind) {
    case 'not':
      return placesOf(expr.child, !negated);
    case 'and':
    case 'or':
      return combine(
        expr.children.map((child) => placesOf(child, negated)),
        (expr.kind === 'and') !== negated,
      );
    case 'unary':
      return unaryPlaces(expr, negated);
    case 'binary':
      return binaryPlaces(expr, negated);
    case 'macro':
      return all();
  }
}

function combine(sets: readonly Places[], intersect: boolean): Places {
  const result = intersect ? all() : none();
  for (const set of sets) {
    for (let place = 0; place < size; place++) {
      if (set[place] !== (intersect ? 1 : 0)) {
        result[place] = intersect ? 0 : 1;
      }
    }
  }
  return result;
}

function unaryPlaces({ left }: UnaryCheckExpr, negated: boolean): Places {
  // Every event has a type.
  return isTypeField(left) && negated ? none() : all();
}

function binaryPlaces(expr: BinaryCheckExpr, negated: boolean): Places {
  const decided = decideNumber(expr);
  if (decided !== null) {
    return decided === negated ? none() : all();
  }
  const { left, operator, modifier, right } = expr;
  if (modifier !== null || !['=', '==', '!=', 'in'].includes(operator) || !isTypeField(left)) {
    return all();
  }
  if (right.kind === 'field' || right.kind === 'transformer') {
    throw new AppError(
      'condition.type',
      'right-hand field comparisons on `evt.type`/`syscall.type` checks are not supported by event code search',
    );
  }
  const items = right.kind === 'value' ? [right] : right.items;
  const places = placesOfTypes(items.flatMap((item) => (item.kind === 'value' ? [item.value] : [])));
  return (operator === '!=') === negated ? places : complement(places);
}

function isTypeField(left: LeftExpr): boolean {
  if (left.kind === 'field') {
    return isTypeName(left);
  }
  if (left.inputs.some(readsType)) {
    throw new AppError(
      'condition.type',
      'event code search does not support `evt.type` checks with transformers',
    );
  }
  return false;
}

function readsType(input: TransformerInput): boolean {
  switch (input.kind) {
    case 'field':
      return isTypeName(input);
    case 'transformer':
      return input.inputs.some(readsType);
    case 'list':
      return input.items.some(readsType);
    case 'value':
      return false;
  }
}

function isTypeName({
  name,
  argument,
}: {
  readonly name: string;
  readonly argument: string | null;
}): boolean {
  return argument === null && (name === 'evt.type' || name === 'syscall.type');
}

/** What a check of `evt.num` always is; null when that depends on the event. */
function decideNumber({ left, operator, modifier, right }: BinaryCheckExpr): boolean | null {
  if (left.kind !== 'field' || left.name !== 'evt.num' || left.argument !== null || modifier !== null) {
    return null;
  }
  if (operator === 'in') {
    const isList = right.kind === 'list';
    return isList && right.items.every((item) => item.kind === 'value' && numberOf(item.value) === 0)
      ? false
      : null;
  }
  const number = right.kind === 'value' ? numberOf(right.value) : null;
  return number === null ? null : (decisions[operator]?.(number) ?? null);
}

/** For events whose number is 1 or more. */
const decisions: Readonly<Record<string, (number: number | bigint) => boolean | null>> = {
  '=': (number) => (number === 0 ? false : null),
  '==': (number) => (number === 0 ? false : null),
  '!=': (number) => (number === 0 ? true : null),
  '<': (number) => (number <= 1 ? false : null),
  '<=': (number) => (number === 0 ? false : null),
  '>': (number) => (number === 0 ? true : null),
  '>=': (number) => (number <= 1 ? true : null),
};

function numberOf(text: string): number | bigint | null {
  try {
    const number = parseLiteral(text, 'UINT64');
    return typeof number === 'number' || typeof number === 'bigint' ? number : null;
  } catch (error) {
    if (error instanceof AppError) {
      return null;
    }
    throw error;
  }
}

function placesOfTypes(names: readonly string[]): Places {
  const places = none();
  for (const name of names) {
    for (const place of placesByName.get(name) ?? []) {
      places[place] = 1;
    }
  }
  return places;
}

/** All versions of an event type, entry and exit; for a generic system call its place and the generic events. */
function placesOfNames(): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (const { id, name } of eventTable) {
    if (!genericEvents.includes(id)) {
      places.set(name, [...(places.get(name) ?? []), id]);
    }
  }
  for (const [i, name] of genericNames.entries()) {
    const own = places.get(name) ?? [...genericEvents];
    places.set(name, [...own, eventTable.length + i]);
  }
  return places;
}

function complement(places: Places): Places {
  return places.map((place) => 1 - place);
}

function all(): Places {
  return new Uint8Array(size).fill(1);
}

function none(): Places {
  return new Uint8Array(size);
}
