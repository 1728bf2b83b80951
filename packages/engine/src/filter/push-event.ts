import type { EventView } from '../event.ts';
import { type EventInfo, eventId, flagTables, type ParamInfo, syscallNames } from '../event-table.ts';
import { creatEvent, creatMode, executableMode, openBits, openParams } from '../lib/open-params.ts';
import { isReturning } from '../lib/return-value.ts';
import type { FieldOperand, LiteralCheck } from '../plan.ts';
import { errnoName } from '../render/errno.ts';
import { enumText } from '../render/flags.ts';
import { valueGroup } from '../value.ts';
import { and, bitsFormula, type Formula, or, rangeFormula } from './formula.ts';
import {
  constant,
  notPushed,
  numbersOf,
  orAbsent,
  type Pushdown,
  type Pushed,
  pushNumber,
  pushText,
} from './pushed.ts';
import { complementRanges, intersectRanges, normalRanges, type Ranges } from './ranges.ts';

/** A check whose left side is a field. */
export interface FieldCheck extends LiteralCheck {
  readonly left: FieldOperand;
}

type Push = (check: FieldCheck, info: EventInfo) => Pushdown;

const generic = eventId('GENERIC_X');
const negative: Ranges = [[Number.NEGATIVE_INFINITY, -1]];
const notNegative: Ranges = [[0, Number.POSITIVE_INFINITY]];
const largestError = 4095;

/** Fields that follow from the event's type alone. */
const byType = ['evt.dir', 'evt.type.is', 'evt.is_io', 'evt.is_io_read', 'evt.is_io_write', 'evt.io_dir'];

/** How checks of the fields of an event itself are decided, by name. */
export const eventPushes: Readonly<Record<string, Push>> = {
  ...Object.fromEntries([...byType, 'evt.is_wait', 'evt.is_async'].map((name) => [name, pushTyped])),
  'evt.type': pushName,
  'syscall.type': pushName,
  'evt.source': (check) => constant(check, 'syscall'),
  'evt.num': pushCount,
  'evt.rawres': pushResult,
  'evt.res': pushResultName,
  'evt.failed': pushFailure,
  'evt.arg': pushArgument,
  'evt.rawarg': pushRawArgument,
  'evt.is_open_read': (check, info) => pushFlag(check, openFlag(info, openBits.read)),
  'evt.is_open_write': (check, info) => pushFlag(check, openFlag(info, openBits.write)),
  'evt.is_open_exec': (check, info) => pushFlag(check, opensExecutable(info)),
  'evt.is_open_create': (check, info) => pushFlag(check, createsFile(info)),
};

function pushTyped(check: FieldCheck, info: EventInfo): Pushed {
  const { field, argument } = check.left;
  // These fields read nothing but the type.
  const event = { type: info.id, info } as unknown as EventView;
  return constant(check, field.extract(event, argument));
}

// The name of a generic event is that of its system call, whose number is a parameter; 0 is an unknown one.
function pushName(check: FieldCheck, info: EventInfo): Pushdown {
  if (info.id !== generic) {
    return info.categories.includes('SYSCALL') ? constant(check, info.name) : notPushed('field');
  }
  const passes: [number, number][] = [[0, 0]];
  const fails: [number, number][] = [[0, 0]];
  for (const [code, name] of syscallNames) {
    (check.test(name) ? passes : fails).push([code, code]);
  }
  const others = complementRanges(normalRanges([...passes, ...fails]));
  return {
    may: rangeFormula(0, normalRanges([...passes, ...(check.test('') ? others : [])])),
    mayNot: rangeFormula(0, normalRanges([...fails, ...others])),
  };
}

// The first event has the number 1; the kernel does not count.
function pushCount(check: FieldCheck): Pushdown {
  const ranges = numbersOf(check);
  const counted: Ranges = [[1, Number.POSITIVE_INFINITY]];
  return ranges === null
    ? notPushed('operator')
    : {
        may: intersectRanges(ranges, counted).length > 0,
        mayNot: intersectRanges(complementRanges(ranges), counted).length > 0,
      };
}

function pushResult(check: FieldCheck, info: EventInfo): Pushdown {
  return isReturning(info) ? pushNumber(check, 0) : constant(check, null);
}

function pushFailure(check: FieldCheck, info: EventInfo): Pushed {
  return isReturning(info) ? pushFlag(check, rangeFormula(0, negative)) : constant(check, null);
}

// A negative result reads as the name of an error, or as the number where the error has none or nobody looks it up.
function pushResultName(check: FieldCheck, info: EventInfo): Pushdown {
  if (!isReturning(info)) {
    return constant(check, null);
  }
  const type = info.params[0]?.type;
  if (type !== 'ERRNO' && type !== 'FD') {
    return notPushed('parameter');
  }
  const beyond: Ranges = [[Number.NEGATIVE_INFINITY, -largestError - 1]];
  const success = check.test('SUCCESS');
  const passes: [number, number][] = [];
  const fails: [number, number][] = [];
  for (let error = 1; error <= largestError; error++) {
    const answers = [errnoName(-error), String(-error)].filter((text) => text !== '').map(check.test);
    if (answers.includes(true)) {
      passes.push([-error, -error]);
    }
    if (answers.includes(false)) {
      fails.push([-error, -error]);
    }
  }
  return {
    may: rangeFormula(0, normalRanges([...beyond, ...passes, ...(success ? notNegative : [])])),
    mayNot: rangeFormula(0, normalRanges([...beyond, ...fails, ...(success ? [] : notNegative)])),
  };
}

/** A check of a field that is true where `holds` is. */
function pushFlag({ test }: LiteralCheck, holds: Formula): Pushed {
  const fails = negate(holds);
  return {
    may: or(test(true) && holds, test(false) && fails),
    mayNot: or(!test(true) && holds, !test(false) && fails),
  };
}

/** Of atoms that are exact where they are known. */
function negate(formula: Formula): Formula {
  if (typeof formula === 'boolean') {
    return !formula;
  }
  if (formula.kind !== 'atom') {
    return (formula.kind === 'and' ? or : and)(...formula.children.map(negate));
  }
  const { atom, wanted } = formula;
  return atom.kind === 'range'
    ? rangeFormula(atom.param, complementRanges(atom.ranges))
    : { ...formula, wanted: !wanted };
}

function openFlag({ id }: EventInfo, bit: number): Formula {
  const params = openParams[id];
  return params !== undefined && bitsFormula(params.flags, bit);
}

function opensExecutable(info: EventInfo): Formula {
  if (info.id === creatEvent) {
    return bitsFormula(creatMode, executableMode);
  }
  const mode = openParams[info.id]?.mode ?? -1;
  return (
    mode >= 0 && and(openFlag(info, openBits.temporary | openBits.create), bitsFormula(mode, executableMode))
  );
}

function createsFile(info: EventInfo): Formula {
  const temporary = and(openFlag(info, openBits.temporary), rangeFormula(0, notNegative));
  return or(openFlag(info, openBits.created), temporary);
}

/** The index of the parameter that an argument names; null when events of the type have none such. */
function paramOf({ left: { argument } }: FieldCheck, { params }: EventInfo): number | null {
  const index = typeof argument === 'number' ? argument : params.findIndex(({ name }) => name === argument);
  return index >= 0 && index < params.length ? index : null;
}

function pushArgument(check: FieldCheck, info: EventInfo): Pushdown {
  const index = paramOf(check, info);
  const param = index === null ? undefined : info.params[index];
  if (index === null || param === undefined || info.id === generic) {
    return index === null ? constant(check, null) : notPushed('parameter');
  }
  switch (param.type) {
    case 'FSPATH':
    case 'FSRELPATH':
      return pushText(check, index, 'absolute');
    case 'CHARBUF':
      return pushText(check, index, 'raw');
    case 'ENUMFLAGS8':
    case 'ENUMFLAGS16':
    case 'ENUMFLAGS32':
      return pushEnum(check, index, param);
    case 'FLAGS8':
    case 'FLAGS16':
    case 'FLAGS32':
      return pushFlagNames(check, index, param);
    default:
      return notPushed('parameter');
  }
}

/** With a letter no number can pass: the tests below see names only. */
function namesOnly({ operator, literals }: LiteralCheck): boolean {
  const isText = ['=', '!=', 'in', 'contains', 'startswith', 'endswith', 'icontains'].includes(operator.name);
  return isText && literals.every((literal) => /[^\d]/.test(literal));
}

// A number without a name reads as itself.
function pushEnum(check: FieldCheck, index: number, { flags }: ParamInfo): Pushdown {
  const table = flags === undefined ? undefined : flagTables[flags];
  if (table === undefined || !namesOnly(check)) {
    return notPushed('operator');
  }
  const values = [...new Set(table.map(([, value]) => value))];
  const named: Ranges = normalRanges(values.map((value) => [value, value]));
  const passing = values.filter((value) => check.test(enumText(table, value)));
  const others = check.test('0') ? complementRanges(named) : [];
  const ranges = normalRanges([...others, ...passing.map((value) => [value, value] as const)]);
  return { may: rangeFormula(index, ranges), mayNot: rangeFormula(index, complementRanges(ranges)) };
}

// Names of bits are printed one behind the other, so a part of a name is found where its bit is set.
function pushFlagNames(check: FieldCheck, index: number, { flags }: ParamInfo): Pushdown {
  const table = flags === undefined ? undefined : flagTables[flags];
  const isContains = check.operator.name === 'contains' && check.modifier === null;
  const [literal = ''] = check.literals;
  if (table === undefined || !isContains || !namesOnly(check) || literal.includes('|')) {
    return notPushed('operator');
  }
  const found = table.filter(([name]) => name.includes(literal));
  let mask = 0;
  for (const [, bits] of found) {
    mask |= bits;
  }
  const zero = found.some(([, bits]) => bits === 0) ? rangeFormula(index, [[0, 0]]) : false;
  return orAbsent({ may: or(bitsFormula(index, mask >>> 0), zero), mayNot: true });
}

function pushRawArgument(check: FieldCheck, info: EventInfo): Pushdown {
  const index = paramOf(check, info);
  if (index === null) {
    return constant(check, null);
  }
  const type = info.params[index]?.type;
  if (type === undefined || type !== check.left.type) {
    return notPushed('parameter');
  }
  switch (valueGroup(type)) {
    case 'string':
      return pushText(check, index, 'raw');
    case 'number':
      return pushNumber(check, index);
    default:
      return notPushed('parameter');
  }
}
