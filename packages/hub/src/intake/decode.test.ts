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

test('reads JSON as Go does', () => {
  const body = JSON.stringify(sent);
  const event = decodeEvent(body);
  expect(decodeEvent(` ${body}\n`)).toEqual(event);
  expect(decodeEvent(`${body} }"`)).toEqual(event);
  expect(decodeEvent(body + JSON.stringify({ ...sent, rule: 'second' }))).toEqual(event);
  expect(decodeEvent(body.replace('"rule"', '"RULE"').replace('"output_fields"', '"Output_Fields"'))).toEqual(
    event,
  );
  expect(decodeEvent(JSON.stringify({ ...sent, hostname: null, tags: null, source: null }))).toEqual(event);
  expect(decodeEvent(JSON.stringify({ ...sent, output: '}"\\{' }) + '!').output).toBe('}"\\{');
  expect(decodeEvent(JSON.stringify({ ...sent, tags: ['b', null] })).tags).toEqual(['b', '']);
});

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:05.120300Z', '2026-01-02T03:04:05.1203Z'],
  ['2026-01-02T03:04:05,000Z', '2026-01-02T03:04:05Z'],
  ['2026-01-02T03:04:00.5+00:00', '2026-01-02T03:04:00.5Z'],
  ['2026-01-02T10:00:00+10:00', '2026-01-02T10:00:00+10:00'],
])('%s is sent on as %s', (time, written) => {
  expect(decodeEvent(JSON.stringify({ ...sent, time })).time).toBe(written);
});

test('halves of characters are replaced, whole ones and what only looks so are kept', () => {
  const { output } = decodeEvent(
    JSON.stringify(sent).replace(
      '"o"',
      String.raw`"\ud83d \\ud83d \ud83d\ude00 \ud83d\ud83d\ude00 \ude00 \u00e9"`,
    ),
  );
  expect(output).toBe('\ufffd \\ud83d \u{1f600} \ufffd\u{1f600} \ufffd \u00e9');
});

test.each([
  ['no JSON', '{'],
  ['an end without a beginning', '}{}'],
  ['a text before the object', `"x" ${JSON.stringify(sent)}`],
  ['an object that breaks off', JSON.stringify(sent).slice(0, -1)],
  [
    'a rule of the prototype',
    JSON.stringify({ ...sent, rule: undefined }).replace('{', '{"__proto__":{"rule":"r"},'),
  ],
  ['a number as its own id', { ...sent, uuid: 5 }],
  ['a time with small letters', { ...sent, time: '2026-01-02t03:04:05z' }],
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
