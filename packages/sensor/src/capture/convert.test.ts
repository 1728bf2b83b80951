import { eventId, eventTable, EventView, type ParamInfo } from '@lanner/engine';
import { eventBytes, type TestParam } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import conversions from '../tables/conversions.json' with { type: 'json' };
import { blankState } from './blank-state.ts';
import { EventConverter } from './convert.ts';
import { actionKey, actionTable, conversionOf, eventActions } from './event-actions.ts';
import { eventFault } from './event-shape.ts';
import { eventAt } from './format.ts';

const rows = conversions as [
  code: string,
  paramCount: number,
  verb: string,
  target?: string,
  from?: string[],
][];

/** Reads the events in order; gives those that come out. */
function convertAll(events: readonly Uint8Array[], converter = new EventConverter()): EventView[] {
  const results: EventView[] = [];
  for (const bytes of events) {
    const view = new DataView(bytes.buffer);
    if (converter.convert(bytes, view, 0)) {
      const event = new EventView(blankState);
      const length = converter.view.getUint32(converter.offset + eventAt.length, true);
      const copy = converter.bytes.slice(converter.offset, converter.offset + length);
      event.reset(copy, new DataView(copy.buffer), 0, 0);
      results.push(event);
    }
  }
  return results;
}

function convertOne(
  code: string,
  params: readonly TestParam[],
  before: readonly Uint8Array[] = [],
): EventView {
  const results = convertAll([...before, eventBytes(code, params)]);
  expect(results).toHaveLength(1);
  return results[0]!;
}

function sample({ type }: ParamInfo): TestParam {
  switch (type) {
    case 'CHARBUF':
    case 'FSPATH':
    case 'FSRELPATH':
      return '/some/path';
    case 'BYTEBUF':
    case 'SOCKADDR':
    case 'SOCKTUPLE':
    case 'FDLIST':
    case 'DYN':
      return new Uint8Array(13).fill(1);
    case 'CHARBUFARRAY':
    case 'CHARBUF_PAIR_ARRAY':
      return ['a', 'b'];
    default:
      return 7;
  }
}

function sampleEvent(code: string, paramCount: number): Uint8Array {
  const info = eventTable[eventId(code)]!;
  return eventBytes(code, info.params.slice(0, paramCount).map(sample), { tid: 5 });
}

test('the table says what it does with each event once', () => {
  expect(rows).toHaveLength(253);
  expect(new Set(rows.map(([code, count]) => `${code}/${count}`)).size).toBe(rows.length);
});

test('only events of the current schema are handed through, and only converted ones cost a look at the table', () => {
  const action = (code: string, count: number): number | undefined =>
    actionTable[actionKey(eventId(code), count)];
  expect(action('SYSCALL_OPENAT_2_X', 7)).toBe(eventActions.deliver);
  expect(action('SYSCALL_OPENAT_2_X', 5)).toBe(eventActions.convert);
  expect(action('SYSCALL_OPENAT_2_X', 8)).toBe(eventActions.tooManyParams);
  expect(action('SYSCALL_OPENAT_2_X', 1)).toBe(eventActions.noConversion);
  expect(action('SYSCALL_OPEN_E', 3)).toBe(eventActions.convert);
  expect(action('PROCEXIT_1_E', 5)).toBe(eventActions.deliver);
  // Rows exist for exactly the events that are to be converted.
  for (const { id } of eventTable) {
    for (let count = 0; count <= 32; count++) {
      const isConverted = actionTable[actionKey(id, count)] === eventActions.convert;
      expect(isConverted && conversionOf(id, count) === undefined).toBe(false);
    }
  }
});

// Hold for every row, also for those of a later schema.
test.each(rows.filter(([, , verb]) => verb === 'store'))('%s with %i parameters is kept', (code, count) => {
  const converter = new EventConverter();
  const bytes = sampleEvent(code, count);
  expect(convertAll([bytes], converter)).toEqual([]);
  expect(converter.stored.get(5)?.length).toBe(bytes.length);
});

test.each(rows.filter(([, , verb]) => verb !== 'store'))(
  '%s with %i parameters becomes an event of the current schema, with and without its enter event',
  (code, count) => {
    const enterEvents = storedEnterEvents(code);
    for (const before of [[], ...enterEvents.map((event) => [event])]) {
      const converter = new EventConverter();
      const [event] = convertAll([...before, sampleEvent(code, count)], converter);
      if (event === undefined) {
        // An enter event that became a newer enter event, which is kept in turn.
        expect(eventTable[eventId(code)]!.isEnter).toBe(true);
        expect(converter.stored.get(5)).not.toBeNull();
        continue;
      }
      expect(eventFault(event.view, 0, event.size, event.type)).toBeNull();
      expect(event.tid).toBe(5);
      expect(event.info.isUnused).toBe(false);
      if (!event.info.isEnter) {
        expect(event.paramCount).toBe(event.info.params.length);
        expect(event.info.isOldVersion).toBe(false);
      }
    }
  },
);

/** The enter events that an exit event may follow. */
function storedEnterEvents(exitCode: string): Uint8Array[] {
  const exit = eventTable[eventId(exitCode)]!;
  return rows
    .filter(([code, , verb]) => !exit.isEnter && eventId(code) === exit.id - 1 && verb.startsWith('store'))
    .map(([code, count]) => sampleEvent(code, count));
}

test('parameters of the enter event move to the exit event', () => {
  const enter = eventBytes('SYSCALL_CLOSE_E', [9]);
  const event = convertOne('SYSCALL_CLOSE_X', [-2], [enter]);
  expect([event.info.code, event.i64(0), event.i64(1)]).toEqual(['SYSCALL_CLOSE_X', -2, 9]);
});

test('without its enter event an exit event gets default values', () => {
  const event = convertOne('SYSCALL_CLOSE_X', [0]);
  expect([event.i64(1), event.length(1)]).toEqual([0, 8]);
  const link = convertOne('SYSCALL_LINK_X', [0]);
  expect([link.info.code, link.has(1), link.has(2)]).toEqual(['SYSCALL_LINK_2_X', false, false]);
});

test('an enter event serves one exit event only', () => {
  const events = ['SYSCALL_CLOSE_E', 'SYSCALL_CLOSE_X', 'SYSCALL_CLOSE_X'].map((code) =>
    eventBytes(code, [9]),
  );
  expect(convertAll(events).map((event) => event.i64(1))).toEqual([9, 0]);
});

test('an event without a row in the table is an error', () => {
  expect(() => convertAll([eventBytes('SYSCALL_OPENAT_2_X', [3])])).toThrow(/in no known schema/);
});

test('threads do not mix', () => {
  const enter = eventBytes('SYSCALL_CLOSE_E', [9], { tid: 1 });
  const exit = eventBytes('SYSCALL_CLOSE_X', [0], { tid: 2 });
  expect(convertAll([enter, exit])[0]!.i64(1)).toBe(0);
});

test('an exit event after the enter event of another call is an error', () => {
  const events = [eventBytes('SYSCALL_CLOSE_E', [9]), eventBytes('SYSCALL_READ_X', [0, ''])];
  expect(() => convertAll(events)).toThrow(/SYSCALL_READ_X follows SYSCALL_CLOSE_E/);
});

test('an old event can take several steps', () => {
  // brk of the first captures became a newer type, which has got an address since.
  const event = convertOne('SYSCALL_BRK_1_X', [0x1000]);
  expect([event.info.code, event.paramCount, event.u64(0)]).toEqual(['SYSCALL_BRK_4_X', 5, 0x1000]);
});

test('the container of the oldest captures becomes JSON', () => {
  const event = convertOne('CONTAINER_E', ['ab12', 1, 'web', 'nginx:1']);
  expect(event.info.code).toBe('CONTAINER_JSON_2_E');
  expect(event.text(0)).toBe('{"id":"ab12","type":1,"name":"web","image":"nginx:1"}');
});

test('a container event with an empty member becomes an empty one', () => {
  expect(convertOne('CONTAINER_E', ['ab12', 1, null, 'nginx:1']).has(0)).toBe(false);
  expect(convertOne('CONTAINER_E', ['ab12', new Uint8Array(5), 'web', 'nginx:1']).has(0)).toBe(false);
  expect(convertOne('CONTAINER_E', ['ab12', Uint8Array.of(3), 'web', 'nginx:1']).text(0)).toContain(
    '"type":3,',
  );
});

test('a parameter is cut to the length of its new type', () => {
  const event = convertOne(
    'SYSCALL_CLOSE_X',
    [0],
    [eventBytes('SYSCALL_CLOSE_E', [new Uint8Array(12).fill(1)])],
  );
  expect(event.length(1)).toBe(8);
});

test('an event that grows beyond 64 KiB is an error', () => {
  const exit = eventBytes('SYSCALL_READ_X', [0, 'x'.repeat(65_490)]);
  expect(exit.length).toBeLessThan(65_536);
  expect(() => convertAll([exit])).toThrow(/too long/);
  const enter = eventBytes('SYSCALL_LINK_E', ['x'.repeat(32_000), 'y'.repeat(32_000)]);
  expect(convertAll([enter, eventBytes('SYSCALL_LINK_X', [0])])[0]!.length(2)).toBe(32_001);
});

test('an event that is longer than 64 KiB is not converted', () => {
  const huge = eventBytes('SYSCALL_LINK_E', ['x'.repeat(60_000), 'y'.repeat(60_000)]);
  expect(() => convertAll([huge])).toThrow(/too long/);
});

test('an enter event with fewer parameters than the exit event takes is an error', () => {
  const short = eventBytes('SYSCALL_LINKAT_E', [1, 'a', 2, 'b']);
  const converter = new EventConverter();
  convertAll([short], converter);
  // Cuts the stored copy to one parameter, as a damaged capture could have it.
  converter.stored.get(1)!.view.setUint32(22, 1, true);
  expect(() => convertAll([eventBytes('SYSCALL_LINKAT_X', [0])], converter)).toThrow(/has no parameter 1/);
});
