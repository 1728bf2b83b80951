import type { FalcoEvent } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { AlertMessage, OpenDestination } from '../destination.ts';

type Send = OpenDestination['send'];

/** The event of a message. Destinations of falcosidekick's configuration get no others. */
export function eventOf({ event }: AlertMessage): FalcoEvent {
  if (event === undefined) {
    throw new Error('a message for this destination has no event');
  }
  return event;
}

/** Sends one event after the other, for receivers that take one at a time. */
export function oneByOne(send: (event: FalcoEvent) => Promise<void>): Send {
  return async (batch, delivered) => {
    let count = 0;
    for (const message of batch) {
      await send(eventOf(message));
      delivered?.(++count);
    }
  };
}

/**
 * Sends `size` events at once at most. Where a receiver refuses a group for good, its events are sent one by one, so that
 * only the one that is to blame is refused; the receiver must therefore bear getting an event twice.
 */
export function inGroups(size: number, send: (events: readonly FalcoEvent[]) => Promise<void>): Send {
  return async (batch, delivered) => {
    for (let start = 0; start < batch.length; start += size) {
      const events = batch.slice(start, start + size).map(eventOf);
      try {
        await send(events);
        delivered?.(start + events.length);
      } catch (error) {
        if (!isRejection(error) || events.length === 1) {
          throw error;
        }
        for (const [i, event] of events.entries()) {
          await send([event]);
          delivered?.(start + i + 1);
        }
      }
    }
  };
}

export function isRejection(error: unknown): boolean {
  return error instanceof AppError && error.code === 'output.rejected';
}

/** Output fields whose values are texts, by name in the order of the alphabet: what falcosidekick shows to people. */
export function textFields({ output_fields }: FalcoEvent): [name: string, value: string][] {
  return fieldsOf(output_fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
}

/** All output fields, by name in the order of the alphabet. */
export function fieldsOf(fields: FalcoEvent['output_fields']): [name: string, value: unknown][] {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A number or a number beyond 2^53 as text; null for everything else. */
export function numberText(value: unknown): string | null {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null;
}
