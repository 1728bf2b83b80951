import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventJson, exactJson, parseExactJson } from './event-json.ts';
import type { FalcoEvent } from './falco-event.ts';

test('times in nanoseconds come out as they went in', () => {
  const text = '{"evt.time":1795719160104123457,"n":-9007199254740993,"f":1.5,"small":3,"e":1e300}';
  const value = parseExactJson(text) as Record<string, unknown>;
  expect(value['evt.time']).toBe(1795719160104123457n);
  expect(value['small']).toBe(3);
  expect(exactJson(value)).toBe(text.replace('1e300', '1e+300'));
});

test('a number beyond all doubles is kept as it was written', () => {
  const value = parseExactJson('{"n":1e400,"m":[-2.5e999]}');
  expect(exactJson(value)).toBe('{"n":"1e400","m":["-2.5e999"]}');
});

test('what JSON can say is read and written without a change', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(exactJson(parseExactJson(text))).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n }), (value) => {
      expect(exactJson(parseExactJson(String(value)))).toBe(String(value));
    }),
  );
});

test('members come in the order that receivers know, empty ones not at all', () => {
  const event: FalcoEvent = {
    hostname: '',
    tags: [],
    source: 'syscall',
    output_fields: { b: 1, a: null },
    time: '2026-01-01T00:00:00Z',
    rule: 'r',
    priority: 'Notice',
    output: 'o',
    uuid: 'u',
  };
  expect(eventJson(event)).toBe(
    '{"uuid":"u","output":"o","priority":"Notice","rule":"r","time":"2026-01-01T00:00:00Z","output_fields":{"b":1,"a":null},"source":"syscall"}',
  );
});
