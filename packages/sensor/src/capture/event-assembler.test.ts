import {
  type EventInfo,
  eventId,
  eventTable,
  EventView,
  type ParamInfo,
  type ParamType,
} from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { blankState } from './blank-state.ts';
import { EventAssembler } from './event-assembler.ts';

const header = eventBytes('SYSCALL_CLOSE_X', [0, 0], { ts: 12_345_678_901_234n, tid: 77 });

function withTypes(...types: ParamType[]): EventInfo {
  const params = types.map((type): ParamInfo => ({ name: 'x', type, format: 'DEC' }));
  return { ...eventTable[eventId('SYSCALL_CLOSE_X')]!, params };
}

function viewOf(assembler: EventAssembler): EventView {
  assembler.end();
  const event = new EventView(blankState);
  event.reset(assembler.bytes, assembler.view, 0, 0);
  return event;
}

test('time and thread are those of the event at hand', () => {
  const assembler = new EventAssembler();
  assembler.begin(withTypes('INT64'), 1, header, 0);
  assembler.empty();
  const event = viewOf(assembler);
  expect([event.ts, event.tid, event.paramCount, event.size]).toEqual([12_345_678_901_234n, 77, 1, 28]);
});

test('default values have the length of their type; users and groups are none, not root', () => {
  const assembler = new EventAssembler();
  const info = withTypes('UID', 'GID', 'INT64', 'UINT8', 'FLAGS16', 'CHARBUF', 'IPV6ADDR');
  assembler.begin(info, 7, header, 0);
  expect(info.params.every(() => assembler.default())).toBe(true);
  const event = viewOf(assembler);
  expect(info.params.map((_, i) => event.length(i))).toEqual([4, 4, 8, 1, 2, 0, 16]);
  expect([event.u32(0), event.u32(1), event.u64(2), event.u8(3), event.u16(4)]).toEqual([
    0xffff_ffff, 0xffff_ffff, 0, 0, 0,
  ]);
});

test('parameters are cut to their type and refused when the event is full', () => {
  const assembler = new EventAssembler();
  assembler.begin(withTypes('PORT', 'BYTEBUF', 'BYTEBUF', 'INT64'), 4, header, 0);
  const bytes = new Uint8Array(70_000).fill(3);
  expect(assembler.copy(bytes, 0, 8)).toBe(true);
  expect(assembler.copy(bytes, 0, 65_490)).toBe(true);
  expect(assembler.copy(bytes, 0, 100)).toBe(false);
  expect(assembler.copy(bytes, 0, 8)).toBe(true);
  expect(assembler.default()).toBe(false);
});
