import { Buffer } from 'node:buffer';
import type { AppError } from '@lanner/core';
import { EventView } from '@lanner/engine';
import { testState } from '@lanner/engine/testkit';
import { describe, expect, test } from 'vitest';
import { fuzzAudit } from './audit.fuzz.ts';
import { type AuditLimits, AuditReader } from './reader.ts';

const event = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  kind: 'Event',
  auditID: id,
  stageTimestamp: '2024-05-01T12:00:00.5Z',
  ...more,
});
const line = (id: string): string => JSON.stringify(event(id));

interface Outcome {
  readonly ids: unknown[];
  readonly problems: string[];
  readonly skipped: number;
}

function read(text: string, limits?: AuditLimits): Outcome {
  const problems: AppError[] = [];
  const ids: unknown[] = [];
  const reader = new AuditReader((problem) => problems.push(problem), limits);
  const view = new EventView(testState());
  const drain = (): void => {
    while (reader.next(view) === 'event') {
      ids.push((JSON.parse(view.raw(1)) as { auditID?: string }).auditID);
    }
  };
  reader.push(Buffer.from(text));
  drain();
  reader.end();
  drain();
  expect(problems.every(({ code }) => code === 'audit.parse')).toBe(true);
  expect(reader.events).toBe(ids.length);
  return { ids, problems: problems.map(({ message }) => message), skipped: reader.skipped };
}

describe('an audit event', () => {
  test('becomes a plugin event without needless white space, members and numbers as they were', () => {
    const reader = new AuditReader(() => expect.unreachable());
    const view = new EventView(testState());
    const json =
      '{"kind":"Event","z":1.50,"a":[1,{"x":"y  z"}],"z":2,"stageTimestamp":"2024-05-01T12:00:00.123456789+02:00"}';
    reader.push(Buffer.from(` ${json.replaceAll(',', ' ,\t')}\r\n`));
    expect(reader.next(view)).toBe('event');
    expect(view.raw(1)).toBe(json);
    expect(view.ts).toBe(BigInt(Date.UTC(2024, 4, 1, 10)) * 1_000_000n + 123_456_789n);
    expect([view.source, view.pluginId, view.u32(0), view.tid, view.cpu]).toEqual(['k8s_audit', 1, 1, -1, 0]);
    expect([view.info.code, view.paramCount, view.size]).toEqual(['PLUGINEVENT_E', 2, 38 + json.length]);
    expect(reader.next(view)).toBe('more');
    reader.end();
    expect(reader.next(view)).toBe('end');
  });

  test('may stand alone on a line, in an EventList, in an array, or spread over lines', () => {
    const list = { items: [event('3'), event('4', { kind: undefined })], kind: 'EventList' };
    const text = [
      line('1'),
      '',
      JSON.stringify(event('2'), null, 2),
      JSON.stringify(list),
      JSON.stringify([event('5'), [event('6')], list]),
      JSON.stringify([event('7')], null, '\t'),
      `[\n${line('8')},\n${line('9')}\n]`,
    ].join('\n');
    expect(read(text)).toEqual({
      ids: ['1', '2', '3', '4', '5', '6', '3', '4', '7', '8', '9'],
      problems: [],
      skipped: 0,
    });
  });

  test('is found behind a byte order mark and before a missing last line feed', () => {
    expect(read(`\ufeff${line('1')}\n${line('2')}`).ids).toEqual(['1', '2']);
  });
});

describe('what cannot be used is skipped with a word about it', () => {
  test.each([
    ['{"kind":"Event"', 'Line 2: the JSON that starts here is not closed'],
    ['{"kind":"Ev', 'Line 2: not valid JSON from column 12 on'],
    ['{"kind":x}', 'Line 2: not valid JSON from column 9 on'],
    ['text', 'Line 2: not valid JSON from column 1 on'],
    ['{} {}', 'Line 2: not valid JSON from column 3 on'],
    ['{}', 'Line 2: data not recognized as a k8s audit event'],
    ['5', 'Line 2: data not recognized as a k8s audit event'],
    ['{"kind":"Pod"}', 'Line 2: data not recognized as a k8s audit event'],
    ['{"kind":"EventList","items":{}}', 'Line 2: data not recognized as a k8s audit event'],
    ['{"kind":"Event"}', 'Line 2: an audit event without stageTimestamp'],
    ['{"kind":"EventList","items":[{}]}', 'Line 2, item 1: an audit event without stageTimestamp'],
    ['{"kind":"Event","stageTimestamp":"now"}', 'Line 2: an audit event whose stageTimestamp is not a time'],
    [
      '{"kind":"Event","stageTimestamp":"1969-12-31T23:59:59Z"}',
      'Line 2: an audit event whose stageTimestamp is not a time',
    ],
  ])('%s', (bad, message) => {
    expect(read(`${line('1')}\n${bad}\n`)).toEqual({ ids: ['1'], problems: [message], skipped: 1 });
    expect(read(`${line('1')}\n${bad}\n${line('3')}\n${line('4')}\n`).ids).toEqual(['1', '3', '4']);
  });

  test('one bad item does not cost the others of its list', () => {
    const list = { kind: 'EventList', items: [event('1'), 7, event('3', { stageTimestamp: 7 }), event('4')] };
    expect(read(JSON.stringify(list))).toEqual({
      ids: ['1', '4'],
      problems: [
        'Line 1, item 2: an audit event without stageTimestamp',
        'Line 1, item 3: an audit event without stageTimestamp',
      ],
      skipped: 2,
    });
    expect(read(`[${line('1')},{},${line('2')}]`).ids).toEqual(['1', '2']);
  });

  test('a broken document of many lines costs one problem, and the whole events in it are kept', () => {
    const text = `{"kind":"EventList","items":[\n${line('1')},\n${line('2')},\n{"auditID":"3"\n  "x": [],\n},\n${line('4')}\n]}\n${line('5')}`;
    const outcome = read(text);
    expect(outcome.ids).toEqual(['1', '2', '4', '5']);
    expect(outcome.problems).toEqual(['Line 5: not valid JSON from column 3 on']);
  });

  test('a document that is closed in the wrong way is told at its line', () => {
    expect(read(`[\n${line('1')}\n] x\n${line('2')}`)).toEqual({
      ids: ['1', '2'],
      problems: ['Line 3: not valid JSON from column 2 on'],
      skipped: 1,
    });
    expect(read(`{"a":\n"x\n}`).problems).toEqual(['Line 2: a text in quotes is not closed']);
    expect(read('{"a":[\n}').problems).toEqual(['Line 2: not valid JSON from column 1 on']);
  });

  test('after a broken document, the next one of many lines is read again', () => {
    const broken = '{\n "a": 1\n "b": {}\n  "c"\n}\n';
    const text = `${broken}${JSON.stringify(event('1'), null, 1)}\n${line('2')}`;
    expect(read(text).ids).toEqual(['1', '2']);
  });

  test('problems beyond the told ones are only counted', () => {
    const outcome = read('x\n'.repeat(10), { toldProblems: 3 });
    expect([outcome.problems.length, outcome.skipped]).toEqual([3, 10]);
  });
});

describe('limits', () => {
  const limits = { documentBytes: 1000, eventBytes: 200 };

  test('a line that is too long is skipped, however it arrives', () => {
    const text = `${line('1')}\n${JSON.stringify(event('2', { x: 'y'.repeat(2000) }))}\n${line('3')}`;
    expect(read(text, limits)).toEqual({
      ids: ['1', '3'],
      problems: ['Line 2: longer than 1 KiB'],
      skipped: 1,
    });
  });

  test('an event that is too long is skipped', () => {
    const text = `${JSON.stringify(event('1', { x: 'y'.repeat(300) }))}\n${line('2')}`;
    expect(read(text, limits).problems).toEqual(['Line 1: an audit event of more than 0 KiB']);
    expect(read(text, limits).ids).toEqual(['2']);
  });

  test('an array that goes on beyond the limit is told once, and its lines that are events are kept', () => {
    const ids = Array.from({ length: 30 }, (_, i) => String(i));
    const text = `[\n${ids.map(line).join(',\n')}\n]\n${line('last')}`;
    expect(read(text, limits)).toEqual({
      ids: [...ids, 'last'],
      problems: ['Line 1: longer than 1 KiB'],
      skipped: 1,
    });
  });

  test('a long line within a document of several lines ends it', () => {
    const text = `[\n${line('1')},\n${'x'.repeat(2000)}\n${line('2')}\n`;
    expect(read(text, limits).ids).toEqual(['1', '2']);
  });

  test('the buffer for events follows the limit, not the input', () => {
    const reader = new AuditReader(() => undefined, { eventBytes: 100_000 });
    const view = new EventView(testState());
    for (const size of [10, 90_000, 10, 200_000]) {
      reader.push(Buffer.from(`${JSON.stringify(event('1', { x: 'y'.repeat(size) }))}\n`));
      while (reader.next(view) === 'event') {
        expect(view.raw(1)).toHaveLength(size + 79);
      }
    }
    expect(reader.bufferedBytes).toBe(131_072);
    expect([reader.events, reader.skipped]).toEqual([3, 1]);
  });

  test('millions of useless items cost time, not memory', () => {
    const before = process.memoryUsage().heapUsed;
    const outcome = read(`[${'1,'.repeat(1_000_000)}1]`);
    expect([outcome.skipped, outcome.problems.length]).toEqual([1_000_001, 1000]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('brackets without end are refused at once', () => {
    const started = performance.now();
    expect(read('['.repeat(1_000_000)).skipped).toBe(1);
    expect(read('[\n'.repeat(100_000)).ids).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('damaged logs never break the reader', () => {
  for (const seed of [1, 2, 3]) {
    const { events, skipped } = fuzzAudit(250, seed);
    expect(events).toBeGreaterThan(100);
    expect(skipped).toBeGreaterThan(100);
  }
});
