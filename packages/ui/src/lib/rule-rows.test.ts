import { expect, test } from 'vitest';
import { chosenRules, costText, nsText, percentText, ruleChoiceOf, type RuleRow } from './rule-rows.ts';

function row(name: string, properties: Partial<RuleRow> = {}): RuleRow {
  return {
    name,
    source: 'syscall',
    priority: 'Notice',
    tags: [],
    description: '',
    file: 'f.yaml',
    line: 1,
    enabled: true,
    offBy: null,
    switched: null,
    changed: false,
    exceptions: 0,
    cost: null,
    timed: null,
    alerts: 0,
    groups: 0,
    silenced: 0,
    lastMs: null,
    ...properties,
  };
}

const rules = [
  row('b', { alerts: 2, lastMs: 5, priority: 'Critical', timed: { share: 0.2, nsPerEvent: 40 } }),
  row('a', { alerts: 2, enabled: false, offBy: 'definition', tags: ['Container'] }),
  row('c', {
    lastMs: 9,
    changed: true,
    cost: { events: [{ name: 'read', filter: 'all' }], inKernel: 0, inUserSpace: 1, rank: 101 },
  }),
];

function names(address: string): string {
  return chosenRules(rules, ruleChoiceOf(new URLSearchParams(address)))
    .map(({ name }) => name)
    .join('');
}

test('rules are in the order that the address names, the noisiest first otherwise', () => {
  expect(names('')).toBe('abc');
  expect(names('sort=name')).toBe('abc');
  expect(names('sort=-name')).toBe('cba');
  expect(names('sort=last')).toBe('cba');
  expect(names('sort=cost')).toBe('cab');
  expect(names('sort=time')).toBe('bac');
  expect(names('sort=priority')).toBe('bac');
  expect(names('sort=what')).toBe('abc');
});

test('rules are narrowed down by state and by words', () => {
  expect(names('state=off')).toBe('a');
  expect(names('state=on')).toBe('bc');
  expect(names('state=changed')).toBe('c');
  expect(names('state=fired')).toBe('ab');
  expect(names('state=what')).toBe('abc');
  expect(names('q=CONTAINER+a')).toBe('a');
  expect(names('q=container+zzz')).toBe('');
});

test('costs and shares are told briefly', () => {
  expect(rules.map(({ cost }) => costText(cost))).toEqual(['', '', '1 type, 1 unfiltered']);
  expect([percentText(0, 9), percentText(1, 0), percentText(1, 999), percentText(2, 3)]).toEqual([
    '0 %',
    '–',
    '< 1 %',
    '67 %',
  ]);
  expect([0.25, 9.96, 12.6, 999, 1250].map(nsText)).toEqual([
    '0.3 ns',
    '10.0 ns',
    '13 ns',
    '999 ns',
    '1.3 µs',
  ]);
});
