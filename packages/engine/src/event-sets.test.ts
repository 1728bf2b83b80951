import { describe, expect, test } from 'vitest';
import { eventSet, ruleEventIds, ruleEventNames } from './event-sets.ts';
import { eventId, eventTable } from './event-table.ts';
import type { Expr } from './lang/ast.ts';
import { parseCondition } from './lang/parser.ts';

function parsed(text: string): Expr {
  const result = parseCondition(text);
  if (!result.ok) {
    throw new Error(result.message);
  }
  return result.expr;
}

function names(text: string): string[] {
  const { ids, isAll } = eventSet(parsed(text));
  return isAll ? ['all'] : [...new Set([...ids].map((id) => eventTable[id]?.name ?? ''))].sort();
}

function count(text: string): number {
  return eventSet(parsed(text)).ids.size;
}

describe('eventSet', () => {
  test.each([
    ['evt.type=open', ['open']],
    ['evt.type == open or syscall.type in (openat, close)', ['close', 'open', 'openat']],
    ['evt.type in (open, openat) and evt.type != open', ['openat']],
    ['evt.type=open and evt.type=close', []],
    ['evt.type=open and proc.name=x', ['open']],
    ['evt.type=open or proc.name=x', ['all']],
    ['not proc.name=x', ['all']],
    ['not evt.type!=open', ['open']],
    ['not (evt.type!=open or proc.name=x)', ['open']],
    ['not (evt.type=open and proc.name=x)', ['all']],
    ['not not evt.type=open', ['open']],
    ['evt.type exists', ['all']],
    ['not evt.type exists', []],
    ['evt.type contains open', ['all']],
    ['evt.type = anyof (open)', ['all']],
    ['evt.type in ()', []],
    ['evt.type in open', ['open']],
    ['a_macro', ['all']],
    ['not concat(proc.name, "open") = x', ['all']],
    ['evt.type[x] = open', ['all']],
  ])('%s', (text, wanted) => {
    expect(names(text)).toEqual(wanted);
  });

  test.each([
    ['evt.num=0', 'never'],
    ['evt.num != 0', 'always'],
    ['evt.num < 1', 'never'],
    ['evt.num <= 0', 'never'],
    ['evt.num <= 1', 'depends'],
    ['evt.num > 0', 'always'],
    ['evt.num >= 1', 'always'],
    ['evt.num >= 2', 'depends'],
    ['evt.num = -1', 'depends'],
    ['evt.num in (0)', 'never'],
    ['evt.num in (0, 1)', 'depends'],
    ['evt.num in ()', 'never'],
    ['evt.num = x', 'depends'],
  ])('%s holds %s', (text, wanted) => {
    const [plain, negated] = [names(text), names(`not ${text}`)];
    expect([plain, negated]).toEqual(
      { never: [[], ['all']], always: [['all'], []], depends: [['all'], ['all']] }[wanted],
    );
  });

  test('a name stands for all versions of the event, entry and exit', () => {
    const ids = [...eventSet(parsed('evt.type=open')).ids];
    expect(ids).toContain(eventId('SYSCALL_OPEN_X'));
    expect(ids).toEqual(eventTable.filter(({ name }) => name === 'open').map(({ id }) => id));
  });

  test('what differs from a name is every other event', () => {
    expect(count('evt.type!=open')).toBe(eventTable.length - count('evt.type=open'));
    expect(count('not evt.type=open')).toBe(eventTable.length - count('evt.type=open'));
  });

  test('system calls without their own event come as generic ones', () => {
    const { ids, genericSyscalls } = eventSet(parsed('evt.type in (acct, open)'));
    expect([...genericSyscalls]).toEqual(['acct']);
    expect(ids).toContain(eventId('GENERIC_X'));
    expect(eventSet(parsed('evt.type=open')).genericSyscalls.size).toBe(0);
    expect(eventSet(parsed('proc.name=x')).genericSyscalls.size).toBeGreaterThan(50);
  });

  test('the type of the event cannot be compared with a field or transformed', () => {
    expect(() => eventSet(parsed('evt.type = val(proc.name)'))).toThrow('right-hand field comparisons');
    expect(() => eventSet(parsed('tolower(evt.type) = open'))).toThrow('with transformers');
  });
});

test('rules always see asynchronous events', () => {
  expect(ruleEventNames(parsed('evt.type in (acct, open)'), 'syscall')).toEqual([
    'acct',
    'asyncevent',
    'open',
  ]);
  expect([...ruleEventIds(parsed('evt.type=open'), 'k8s_audit')].sort()).toEqual(
    [eventId('ASYNCEVENT_E'), eventId('PLUGINEVENT_E')].sort(),
  );
});
