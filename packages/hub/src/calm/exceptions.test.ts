import type { StoredAlert } from '@lanner/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { storedAlert } from '../testkit/stored-alert.ts';
import { effectOn, exceptionText, proposeException } from './exceptions.ts';

function alert(fields: Record<string, unknown>, facts?: Record<string, unknown>): StoredAlert {
  const stored = storedAlert(1);
  return {
    ...stored,
    event: { ...stored.event, rule: 'Shell', output_fields: fields },
    ...(facts === undefined ? {} : { facts }),
  };
}

test('it has the fields that all alerts have, and a row for each combination', () => {
  const proposal = proposeException(
    [
      alert({ 'proc.name': 'sh', 'fd.name': '/a', other: 1 }),
      alert({ 'proc.name': 'bash', 'fd.name': '<NA>' }),
    ],
    undefined,
  );
  expect(proposal).toMatchObject({ rule: 'Shell', fields: ['proc.name'], values: [['sh'], ['bash']] });
  expect(() => proposeException([alert({ x: 1 })], undefined)).toThrow('no field in common');
  expect(() => proposeException([], undefined)).toThrow('alerts of one rule');
});

test('too many combinations leave out the field with the most values', () => {
  const alerts = Array.from({ length: 300 }, (_, i) => alert({ 'proc.name': 'sh', 'fd.name': `/${i}` }));
  expect(proposeException(alerts, undefined)).toMatchObject({ fields: ['proc.name'], values: [['sh']] });
});

test('whatever it is made of, it hides', () => {
  const value = fc.constantFrom('a', 'b', 'c', '<NA>', '');
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ 'proc.name': fc.constantFrom('sh', 'cat'), 'fd.name': value, 'proc.pname': value }),
        { minLength: 1 },
      ),
      (fields) => {
        const alerts = fields.map((each) => alert(each));
        const proposal = proposeException(alerts, undefined);
        expect(alerts.every((each) => effectOn(each, proposal) === 'hidden')).toBe(true);
      },
    ),
  );
});

test('what an alert does not say makes its effect unknown, unless something else differs', () => {
  const proposal = {
    rule: 'Shell',
    name: 'x',
    fields: ['proc.name', 'proc.pname'],
    comps: ['=', 'in'] as const,
    values: [['sh', ['cron', 'make']]],
  };
  expect(effectOn(alert({ 'proc.name': 'sh', 'proc.pname': 'make' }), proposal)).toBe('hidden');
  expect(effectOn(alert({ 'proc.name': 'sh' }), proposal)).toBe('unknown');
  expect(effectOn(alert({ 'proc.name': 'sh' }, { 'proc.pname': 'cron' }), proposal)).toBe('hidden');
  expect(effectOn(alert({ 'proc.name': 'cat' }), proposal)).toBe('kept');
  expect(effectOn(alert({ 'proc.name': 'sh', 'proc.pname': 'ssh' }), proposal)).toBe('kept');
});

test('beginnings, ends and parts are compared', () => {
  const with_ = (comp: 'startswith' | 'endswith' | 'contains', wanted: string) =>
    effectOn(alert({ 'fd.name': '/tmp/build/x' }), {
      rule: 'Shell',
      name: 'x',
      fields: ['fd.name'],
      comps: [comp],
      values: [[wanted]],
    });
  expect([
    with_('startswith', '/tmp'),
    with_('endswith', '/x'),
    with_('contains', 'build'),
    with_('contains', 'none'),
  ]).toEqual(['hidden', 'hidden', 'hidden', 'kept']);
});

test('facts tell a value that is not there from one that is not told', () => {
  const exception = {
    rule: 'Shell',
    name: 'x',
    fields: ['fd.name'],
    comps: ['='] as const,
    values: [['/a']],
  };
  expect(effectOn(alert({}), exception)).toBe('unknown');
  expect(effectOn(alert({ 'fd.name': null }), exception)).toBe('unknown');
  expect(effectOn(alert({}, { 'proc.name': 'sh' }), exception)).toBe('unknown');
  // The event had no such value: every comparison is false.
  expect(effectOn(alert({ 'fd.name': '<NA>' }, { 'fd.name': null }), exception)).toBe('kept');
  expect(effectOn(alert({}, { 'fd.name': '/a' }), exception)).toBe('hidden');
  expect(effectOn(alert({}, { 'fd.name': '' }), { ...exception, values: [['']] })).toBe('hidden');
  // Of a field with several values any may match.
  expect(effectOn(alert({}, { 'fd.name': ['/b', '/a'] }), exception)).toBe('hidden');
});

test('it is written as a rule file, hostile texts included', () => {
  const proposal = {
    rule: 'a: b',
    name: 'x',
    fields: ['f'],
    comps: ['='] as const,
    values: [['"\n- rule: evil']],
  };
  expect(parse(exceptionText([proposal]))).toEqual([
    {
      rule: 'a: b',
      exceptions: [{ name: 'x', fields: ['f'], comps: ['='], values: [['"\n- rule: evil']] }],
      override: { exceptions: 'append' },
    },
  ]);
  expect(exceptionText([])).toBe('');
});
