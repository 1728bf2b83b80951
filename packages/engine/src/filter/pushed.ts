import { parseLiteral } from '../lib/literal.ts';
import type { LiteralCheck } from '../plan.ts';
import type { FieldValue } from '../value.ts';
import { and, atomFormula, type Formula, or, type PathForm, rangeFormula } from './formula.ts';
import { belowPatterns, globPattern, type Language, languageOf, textPattern } from './pattern.ts';
import { complementRanges, type Ranges, rangesOf } from './ranges.ts';

/** What the kernel can tell of one check at events of one type. */
export interface Pushed {
  /** Holds whenever the check can be true. */
  readonly may: Formula;
  /** Holds whenever the check can be false. */
  readonly mayNot: Formula;
}

/** Why the kernel can tell nothing of a check. */
export interface NotPushed {
  readonly reason: string;
}

export type Pushdown = Pushed | NotPushed;

export const reasons = {
  process: 'the process table has the value, not the event',
  descriptor: 'the descriptor table has the value, not the event',
  operator: 'this comparison has no table',
  parameter: 'this parameter is not compared in the kernel',
  field: 'only user space works this field out',
  transformer: 'goes through a transformer',
  comparison: 'compares two fields',
} as const;

export function notPushed(reason: keyof typeof reasons): NotPushed {
  return { reason: reasons[reason] };
}

/** A check of a value that events of the type always have; null for no value. */
export function constant(check: LiteralCheck, value: FieldValue): Pushed {
  const holds = value !== null && check.test(value);
  return { may: holds, mayNot: !holds };
}

/** A check that is also false where the event has no value, which the kernel does not know. */
export function orAbsent({ may }: Pushed): Pushed {
  return { may, mayNot: true };
}

const numberOperators = new Set(['=', '!=', '<', '<=', '>', '>=', 'in', 'intersects']);

/** The numbers that pass a check of a field; null where that cannot be told. */
export function numbersOf({ left, operator, literals, test }: LiteralCheck): Ranges | null {
  if (!numberOperators.has(operator.name)) {
    return null;
  }
  const numbers = literals.map((literal) => parseLiteral(literal, left.type));
  return numbers.every((number) => typeof number === 'number') ? rangesOf(test, numbers) : null;
}

/** A check of an integer parameter. */
export function pushNumber(check: LiteralCheck, param: number): Pushdown {
  const ranges = numbersOf(check);
  return ranges === null
    ? notPushed('operator')
    : { may: rangeFormula(param, ranges), mayNot: rangeFormula(param, complementRanges(ranges)) };
}

/** Makes the language that decides a check of one literal; null where the operator has none. */
export type LanguageMaker = (operator: string, literal: string) => TextTest | null;

interface TextTest {
  readonly language: Language;
  /** The language has no more texts than pass the check. */
  readonly exact: boolean;
}

/** Texts by the operators as they are. */
export function plainLanguage(operator: string, literal: string): TextTest | null {
  switch (operator) {
    case '=':
    case '!=':
    case 'in':
    case 'intersects':
      return exactly(textPattern(literal, { before: false, after: false }));
    case 'startswith':
      return exactly(textPattern(literal, { before: false, after: true }));
    case 'endswith':
      return exactly(textPattern(literal, { before: true, after: false }));
    case 'contains':
    case 'icontains':
      return exactly(textPattern(literal, { before: true, after: true }, operator === 'icontains'));
    case 'glob':
    case 'iglob':
      return exactly(...[globPattern(literal, operator === 'iglob')].filter((pattern) => pattern !== null));
    case 'pmatch':
      return { language: languageOf(belowPatterns(literal)), exact: false };
    default:
      return null;
  }
}

function exactly(...patterns: Parameters<typeof languageOf>[0]): TextTest {
  return { language: languageOf(patterns), exact: true };
}

/** A check of the text of a parameter. */
export function pushText(
  { operator, modifier, literals }: LiteralCheck,
  param: number,
  form: PathForm,
  makeLanguage: LanguageMaker = plainLanguage,
): Pushdown {
  if (operator.name === 'pmatch' && form !== 'normal') {
    // It overlooks empty components and a missing first slash, which the patterns ask for.
    return notPushed('operator');
  }
  const each: Pushed[] = [];
  for (const literal of literals) {
    const made = makeLanguage(operator.name, literal);
    if (made === null) {
      return notPushed('operator');
    }
    each.push(textFormulas(made, param, form, operator.name === '!='));
  }
  const anyMay = or(...each.map(({ may }) => may));
  const noneMay = and(...each.map(({ mayNot }) => mayNot));
  if (operator.syntax === 'list' || modifier === 'anyof') {
    return { may: anyMay, mayNot: noneMay };
  }
  return modifier === 'oneof'
    ? { may: anyMay, mayNot: true }
    : { may: and(...each.map(({ may }) => may)), mayNot: or(...each.map(({ mayNot }) => mayNot)) };
}

function textFormulas(
  { language, exact }: TextTest,
  param: number,
  form: PathForm,
  negated: boolean,
): Pushed {
  const isEmpty = language.patterns.length === 0;
  const inside: Formula = !isEmpty && atomFormula({ kind: 'path', param, form, language });
  const outside: Formula = isEmpty || !exact || atomFormula({ kind: 'path', param, form, language }, false);
  return negated ? { may: outside, mayNot: inside } : { may: inside, mayNot: outside };
}
