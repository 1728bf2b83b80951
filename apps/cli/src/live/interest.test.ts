import { eventId, type LoadedRule, systemCalls } from '@lanner/engine';
import { singleCall } from '@lanner/sensor';
import { expect, test } from 'vitest';
import { loadProgram } from '../detect/rule-program.ts';
import { namedCalls, selectInterest, unseenRules } from './interest.ts';
import { programOf, ruleText } from './testkit/programs.ts';

const none = { customSet: [], repair: false, all: false };
const type = (name: string): number => systemCalls.find((call) => call.name === name)?.event ?? -1;
const openat = type('openat');

test('without settings: what the rules want and what the state is made of', () => {
  const { types, unknown } = selectInterest(new Set([openat, type('ptrace')]), none);
  for (const name of ['openat', 'ptrace', 'execve', 'clone', 'socket', 'close', 'setuid']) {
    expect(types, name).toContain(type(name));
  }
  expect(types).toContain(eventId('PROCEXIT_1_E'));
  expect(types).not.toContain(type('mprotect'));
  expect(unknown).toEqual([]);
});

test('calls that come all the time are left out unless all are wanted, also where a rule names them', () => {
  const read = type('read');
  expect(selectInterest(new Set([read]), none).types).not.toContain(read);
  expect(selectInterest(new Set([read]), { ...none, all: true }).types).toContain(read);
});

test('a custom set stands in for that of the state; a name with ! goes', () => {
  const { types } = selectInterest(new Set([openat]), { ...none, customSet: ['clone', 'execve', '!openat'] });
  expect(types).toEqual([type('clone'), type('execve'), eventId('PROCEXIT_1_E')].sort((a, b) => a - b));
});

test('repair is the smallest set with which the fields of the rules work', () => {
  const { types } = selectInterest(new Set([type('connect')]), {
    ...none,
    repair: true,
    customSet: ['open'],
  });
  for (const name of ['connect', 'socket', 'getsockopt', 'close', 'execve', 'setsid']) {
    expect(types, name).toContain(type(name));
  }
  expect(types).not.toContain(type('bind'));
  expect(types).not.toContain(type('open'));
});

test('a name that is no system call is told of with the nearest', () => {
  expect(selectInterest(new Set(), { ...none, customSet: ['execvee', '!clone'] }).unknown).toEqual([
    { name: 'execvee', nearest: 'execve' },
  ]);
});

test('rules that wait for what is never recorded are named; those that take what comes are not', () => {
  const { set } = loadProgram(
    programOf(
      ruleText('opens', 'evt.type = openat') +
        ruleText('yields', 'evt.type in (sched_yield, openat)') +
        ruleText('faults', 'evt.type = page_fault') +
        ruleText('anything', 'proc.name = x'),
    ),
  );
  expect(unseenRules(set.enabled)).toEqual([{ rule: 'faults', events: ['page_fault'] }]);
});

test('system calls without an event type are wanted one by one where rules name them', () => {
  const rulesOf = (...conditions: readonly string[]): readonly LoadedRule[] =>
    loadProgram(programOf(conditions.map((text, n) => ruleText(`r${n}`, text)).join(''))).set.enabled;
  const call = (name: string): number =>
    singleCall(systemCalls.find((each) => each.name === name) ?? systemCalls[0]!);
  const named = rulesOf('evt.type in (sched_yield, openat)', 'syscall.type = pivot_root');
  expect(namedCalls(named, none).sort()).toEqual([call('sched_yield'), call('pivot_root')].sort());
  const broad = rulesOf('evt.type != openat', 'proc.name = x');
  expect(namedCalls(broad, none)).toEqual([]);
  expect(namedCalls(broad, { ...none, all: true }).length).toBeGreaterThan(100);
});
