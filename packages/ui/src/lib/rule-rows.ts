import type { Answer } from '../api/client.ts';

export type RuleRow = Answer<'listRules'>['rules'][number];

export const ruleOrders = [
  'name',
  'priority',
  'noise',
  'groups',
  'silenced',
  'last',
  'time',
  'cost',
] as const;
export type RuleOrder = (typeof ruleOrders)[number];

export const ruleStates = {
  all: 'All rules',
  on: 'On',
  off: 'Off',
  changed: 'Changed here',
  fired: 'Fired in the range',
} as const;
export type RuleState = keyof typeof ruleStates;

const priorities = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug'];

/** The first of an order is what one looks for: the noisiest, the costliest, the most urgent, the newest. */
const compare: Readonly<Record<RuleOrder, (a: RuleRow, b: RuleRow) => number>> = {
  name: (a, b) => a.name.localeCompare(b.name, 'en'),
  priority: (a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority),
  noise: (a, b) => b.alerts - a.alerts,
  groups: (a, b) => b.groups - a.groups,
  silenced: (a, b) => b.silenced - a.silenced,
  last: (a, b) => (b.lastMs ?? 0) - (a.lastMs ?? 0),
  time: (a, b) => (b.timed?.share ?? -1) - (a.timed?.share ?? -1),
  cost: (a, b) => (b.cost?.rank ?? -1) - (a.cost?.rank ?? -1),
};

export interface RuleChoice {
  readonly order: RuleOrder;
  /** The other way round. */
  readonly isReversed: boolean;
  readonly state: RuleState;
  /** Words that all have to occur. */
  readonly text: string;
}

/** What the address says of the list. */
export function ruleChoiceOf(query: URLSearchParams): RuleChoice {
  const sort = query.get('sort') ?? 'noise';
  const name = sort.replace(/^-/, '');
  const state = query.get('state') ?? 'all';
  return {
    order: ruleOrders.find((each) => each === name) ?? 'noise',
    isReversed: sort.startsWith('-'),
    state: state in ruleStates ? (state as RuleState) : 'all',
    text: query.get('q') ?? '',
  };
}

export function chosenRules(rules: readonly RuleRow[], choice: RuleChoice): RuleRow[] {
  const { order, isReversed, state, text } = choice;
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const direction = isReversed ? -1 : 1;
  return rules
    .filter((rule) => isInState(rule, state) && words.every((word) => textOf(rule).includes(word)))
    .sort((a, b) => direction * compare[order](a, b) || compare.name(a, b));
}

function isInState(rule: RuleRow, state: RuleState): boolean {
  switch (state) {
    case 'on':
      return rule.enabled;
    case 'off':
      return !rule.enabled;
    case 'changed':
      return rule.changed || rule.switched !== null || rule.exceptions > 0;
    case 'fired':
      return rule.alerts > 0;
    case 'all':
      return true;
  }
}

function textOf({ name, description, tags, source, priority, file }: RuleRow): string {
  return [name, description, ...tags, source, priority, file].join(' ').toLowerCase();
}

export function alertsOf(rules: readonly RuleRow[]): number {
  let sum = 0;
  for (const { alerts } of rules) {
    sum += alerts;
  }
  return sum;
}

/** Why a rule does not run, for people. */
export const offReasons: Readonly<Record<NonNullable<RuleRow['offBy']>, string>> = {
  switch: 'switched off here',
  definition: 'off as it comes',
  priority: 'less urgent than the configuration asks for',
  configuration: 'switched off by the configuration',
};

/** Such as `3 types, 1 unfiltered`. */
export function costText(cost: RuleRow['cost']): string {
  if (cost === null) {
    return '';
  }
  const { events } = cost;
  const unfiltered = events.filter(({ filter }) => filter === 'all').length;
  const types = `${events.length} ${events.length === 1 ? 'type' : 'types'}`;
  return unfiltered === 0 ? types : `${types}, ${unfiltered} unfiltered`;
}

/** Nanoseconds as people read them, such as `1.2 µs`. */
export function nsText(ns: number): string {
  return ns < 1000 ? `${ns < 10 ? ns.toFixed(1) : Math.round(ns)} ns` : `${(ns / 1000).toFixed(1)} µs`;
}

/** A share as people read it; a dash for that of nothing. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) {
    return '–';
  }
  if (part === 0) {
    return '0 %';
  }
  const percent = (100 * part) / whole;
  return percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}
