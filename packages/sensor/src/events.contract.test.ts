import { type EventInfo, eventId, EventView, eventTable } from '@lanner/engine';
import { eventBytes } from '@lanner/engine/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventHandlers } from './events/registry.gen.ts';
import { StateTables } from './state/tables.ts';

const codes = eventHandlers.flatMap(({ on }) => Object.keys(on));

// Holds for every handler, also for those that will be written later.
describe.each(eventHandlers.map((handler) => [handler.id, handler] as const))('%s', (_id, handler) => {
  test('says in a sentence what it is about', () => {
    expect(handler.doc).toMatch(/^[A-Za-z].*\.$/);
  });

  test('takes types of the current schema only', () => {
    for (const code of Object.keys(handler.on)) {
      const info = eventTable[eventId(code)];
      expect([code, info?.isUnused]).toEqual([code, false]);
    }
  });

  test('survives parameters of any length, and of nobody', () => {
    const event = fc.record({
      code: fc.constantFrom(...Object.keys(handler.on)),
      tid: fc.constantFrom(-1, 1, 100, 101),
      params: fc.array(param, { maxLength: 31 }),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 12 }), (events) => {
        const state = new StateTables();
        const view = new EventView(state);
        for (const { code, tid, params } of events) {
          // The code is one of the table's.
          const info = eventTable[eventId(code)] as EventInfo;
          const bytes = eventBytes(code, params.slice(0, info.params.length), { tid });
          view.reset(bytes, new DataView(bytes.buffer), 0, 0);
          state.apply(view);
          readEverything(view);
        }
      }),
    );
  });
});

test('no type is taken twice', () => {
  expect(new Set(codes).size).toBe(codes.length);
});

/** Nothing, a small number, or any bytes. */
const param = fc.oneof(
  fc.constant(null),
  fc.constantFrom(0, 0, 0, 3, 5, -1, 100, 101, 1 << 13),
  fc.uint8Array({ maxLength: 40 }),
);

// What is put together late must not fail late.
function readEverything({ thread, fd }: EventView): void {
  expect([typeof (thread?.cmdline ?? ''), typeof (fd?.name ?? '')]).toEqual(['string', 'string']);
  for (const [, entry] of thread?.fds.entries() ?? []) {
    expect([entry.name, entry.sip, entry.dip].every((text) => typeof text === 'string')).toBe(true);
    expect(entry.sport + entry.dport + entry.l4).toBeGreaterThanOrEqual(0);
  }
}
