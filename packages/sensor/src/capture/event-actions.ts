import { type EventInfo, eventId, eventTable } from '@lanner/engine';
import conversions from '../tables/conversions.json' with { type: 'json' };
import { maxParamCount } from './format.ts';

/** What is done with an event as it was read, by its type and its number of parameters. */
export const eventActions = {
  /** Is of the current schema. */
  deliver: 0,
  /** Carries nothing that the current schema knows. */
  drop: 1,
  /** A row of the conversion table applies. */
  convert: 2,
  /** More parameters than the schema has for its type. */
  tooManyParams: 3,
  /** Would have to be converted, and no row of the table says how. */
  noConversion: 4,
} as const;

/** Where a parameter of a converted event comes from. */
export interface Instruction {
  /** `old`: the event at hand; `enter`: the stored enter event of its thread. */
  readonly from: 'old' | 'enter' | 'default' | 'empty' | 'containerJson';
  /** Index of the parameter in that event. */
  readonly param: number;
  /** When the enter event is missing: an empty parameter instead of the type's default value. */
  readonly orEmpty: boolean;
}

/** One row of the conversion table. */
export interface Conversion {
  /** Kept per thread, so that the exit event can take parameters from it. */
  readonly store: boolean;
  /** Handed out as it is. */
  readonly deliver: boolean;
  /** Type of the event that the instructions build; null when none is built. */
  readonly target: EventInfo | null;
  /** The event's own parameters come before those of the instructions. */
  readonly keepsParams: boolean;
  readonly instructions: readonly Instruction[];
  /** Some instruction takes from the stored enter event, which is free afterwards. */
  readonly usesEnter: boolean;
}

type Verb = 'store' | 'pass' | 'store-and-pass' | 'add' | 'change';
type Row = [code: string, paramCount: number, verb: Verb, target?: string, instructions?: string[]];

// The table's strings are written by hand in exactly these forms; the tests read every row.
const rows = new Map(
  (conversions as Row[]).map((row) => [actionKey(eventId(row[0]), row[1]), toConversion(row)]),
);

/** Actions by `actionKey`, so that current events cost one look-up. */
export const actionTable: Uint8Array = buildActionTable();

/** Index into `actionTable`; `paramCount` must not exceed `maxParamCount`. */
export function actionKey(type: number, paramCount: number): number {
  return type * (maxParamCount + 1) + paramCount;
}

/** The row for an event; only events with the action `convert` have one. */
export function conversionOf(type: number, paramCount: number): Conversion | undefined {
  return rows.get(actionKey(type, paramCount));
}

function buildActionTable(): Uint8Array {
  const table = new Uint8Array(eventTable.length * (maxParamCount + 1));
  for (const info of eventTable) {
    for (let paramCount = 0; paramCount <= maxParamCount; paramCount++) {
      table[actionKey(info.id, paramCount)] = actionFor(info, paramCount);
    }
  }
  return table;
}

function actionFor(info: EventInfo, paramCount: number): number {
  if (info.isUnused) {
    return eventActions.drop;
  }
  if (!info.isConverterManaged) {
    return info.isOldVersion ? eventActions.drop : eventActions.deliver;
  }
  if (!info.isEnter && paramCount > info.params.length) {
    return eventActions.tooManyParams;
  }
  if (!info.isEnter && !info.isOldVersion && paramCount === info.params.length) {
    return eventActions.deliver;
  }
  return rows.has(actionKey(info.id, paramCount)) ? eventActions.convert : eventActions.noConversion;
}

function toConversion([code, , verb, target = code, instructions = []]: Row): Conversion {
  const parsed = instructions.map(toInstruction);
  const builds = verb === 'add' || verb === 'change';
  return {
    store: verb === 'store' || verb === 'store-and-pass',
    deliver: verb === 'pass' || verb === 'store-and-pass',
    // eventId throws for an unknown code.
    target: builds ? (eventTable[eventId(target === '' ? code : target)] ?? null) : null,
    keepsParams: verb === 'add',
    instructions: parsed,
    usesEnter: parsed.some(({ from }) => from === 'enter'),
  };
}

function toInstruction(text: string): Instruction {
  const words = text.split(' ');
  const param = Number(words[1] ?? 0);
  switch (words[0]) {
    case 'old':
      return { from: 'old', param, orEmpty: false };
    case 'enter':
      return { from: 'enter', param, orEmpty: words[3] === 'empty' };
    case 'default':
    case 'empty':
      return { from: words[0], param: 0, orEmpty: false };
    case 'container':
      return { from: 'containerJson', param: 0, orEmpty: true };
    default:
      throw new Error(`conversions.json: unknown instruction ${text}`);
  }
}
