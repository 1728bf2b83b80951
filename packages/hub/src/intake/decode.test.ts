import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEvent, microseconds } from './decode.ts';

const sent = {
  output: 'o',
  priority: 'INFO',
  rule: 'r',
  time: '2026-01-02T03:04:05.123456789Z',
  output_fields: { 'proc.name': 'sh' },
  uuid: 'mine',
  unknown: [1],
};

test('reads what Falco sends', () => {
  const body = JSON.stringify({ ...sent, tags: ['b'], hostname: 'n1' }).replace(
    '"sh"',
    '"sh","evt.time":1767323045123456789',
  );
  expect(decodeEvent(body)).toEqual({
    output: 'o',
    priority: 'Informational',
    rule: 'r',
    time: '2026-01-02T03:04:05.123456789Z',
    timeUs: 1_767_323_045_123_456,
    source: 'syscalls',
    output_fields: { 'proc.name': 'sh', 'evt.time': 1767323045123456789n },
    tags: ['b'],
    hostname: 'n1',
  });
  expect(decodeEvent(JSON.stringify({ ...sent, source: 'k8s_audit' })).source).toBe('k8s_audit');
  expect(decodeEvent(JSON.stringify({ ...sent, rule: 'Test rule', source: 'x' })).source).toBe('internal');
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ['an unknown priority', { ...sent, priority: 'urgent' }],
  ['no rule', { ...sent, rule: '' }],
  ['no time', { ...sent, time: undefined }],
  ['a day that does not exist', { ...sent, time: '2026-02-31T00:00:00Z' }],
  ['the zero time', { ...sent, time: '0001-01-01T00:00:00Z' }],
  ['fields as a list', { ...sent, output_fields: [] }],
  ['tags of numbers', { ...sent, tags: [1] }],
  ['an output that is no text', { ...sent, output: {} }],
])('refuses %s', (_name, body) => {
  expect(() => decodeEvent(typeof body === 'string' ? body : JSON.stringify(body))).toThrow(AppError);
});

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
  ['2026-01-02T03:04:05.5+02:30', '2026-01-02T00:34:05.500000Z'],
  ['2026-01-02T03:04:05-01:00', '2026-01-02T04:04:05.000000Z'],
])('%s is %s', (time, same) => {
  expect(microseconds(time)).toBe(microseconds(same));
});

test('whatever is sent is read or refused, nothing else', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc
          .record({ ...Object.fromEntries(Object.keys(sent).map((key) => [key, fc.jsonValue()])) })
          .map((value) => JSON.stringify({ ...sent, ...value })),
      ),
      (body) => {
        try {
          expect(Number.isSafeInteger(decodeEvent(body).timeUs)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      },
    ),
  );
});
