import type { AppError } from '@lanner/core';
import { type EventView, eventTable } from '@lanner/engine';
import { ByteWindow } from './byte-window.ts';
import { atOffset, formatError } from './capture-error.ts';
import { EventConverter, noConversionError } from './convert.ts';
import { actionKey, actionTable, eventActions } from './event-actions.ts';
import { eventFault, upgradeOldEvent } from './event-shape.ts';
import {
  blockFrameBytes,
  blockHeaderBytes,
  eventAt,
  eventForm,
  eventForms,
  eventBlockTypes,
  eventHeaderBytes,
  maxSmallBlockBytes,
  oldEventHeaderBytes,
} from './format.ts';
import type { CaptureSink } from './records.ts';
import { SystemReader } from './system-reader.ts';

/** `event`: the view stands on the next event; `more`: push a chunk or say `end`; `end`: the capture is over. */
export type CaptureStep = 'event' | 'more' | 'end';

export interface CaptureLimits {
  /** Longest block of the large form, in bytes. Default 16 MiB. */
  readonly blockBytes?: number;
  /** Threads whose last enter event of an old capture is kept. Default 65,536. */
  readonly storedThreads?: number;
  /** Bytes of those events. Default 16 MiB. */
  readonly storedBytes?: number;
}

const defaultBlockBytes = 16 * 1024 * 1024;

/**
 * Reads a capture from decompressed bytes as they come: `push` a chunk, call `next` until it says `more`, and so on;
 * after the last chunk `end`. What the capture says about the system goes to a sink, events to a view that stands on
 * the chunk's own bytes wherever the event lies whole in it; so a chunk must stay untouched until the next `push`.
 *
 * A capture that is damaged, or ends within a block, throws AppError (`capture.format`, `capture.version`,
 * `capture.conversion`) with the offset in the decompressed stream as `details.offset`, after all that comes before has
 * been delivered. Memory is bounded by `CaptureLimits`, whatever the capture says.
 */
export class CaptureReader {
  /** EVF flags of the last event; 0 for blocks without. */
  eventFlags = 0;
  /** Events of types that the schema does not know; they are skipped. */
  unknownEvents = 0;
  /** Events read so far, by the number of their type, before conversion. */
  readonly typeCounts: Float64Array = new Float64Array(eventTable.length);
  readonly #window = new ByteWindow();
  readonly #system: SystemReader;
  readonly #converter: EventConverter;
  readonly #maxBlockBytes: number;
  /** Blocks of events, by their form. */
  readonly #formCounts = new Float64Array(16);
  /** Takes events of version 1 in the current form; only old captures need it. */
  #upgraded: DataView | null = null;
  #inEvents = false;
  #failure: AppError | null = null;

  constructor(limits: CaptureLimits = {}) {
    this.#maxBlockBytes = limits.blockBytes ?? defaultBlockBytes;
    this.#converter = new EventConverter({
      threads: limits.storedThreads ?? 65_536,
      bytes: limits.storedBytes ?? 16 * 1024 * 1024,
    });
    this.#system = new SystemReader(this.#window);
  }

  /** Offset in the decompressed stream up to which the capture has been read. */
  get offset(): number {
    return this.#window.offset;
  }

  /** Version of the section at hand, such as `1.2`; '' before it is known. */
  get version(): string {
    return this.#system.version;
  }

  /** Stored enter events that were pushed out before their exit event came. */
  get evictions(): number {
    return this.#converter.stored.evictions;
  }

  /** Size in bytes of the buffer for blocks that cross the borders of chunks. */
  get bufferedBytes(): number {
    return this.#window.carryBytes;
  }

  /** Blocks read so far, by their type; blocks of unknown types are not in it. */
  blockCounts(): Map<number, number> {
    const counts = new Map(this.#system.blockCounts);
    for (const type of eventBlockTypes) {
      const count = this.#formCounts[eventForm(type)] ?? 0;
      if (count > 0) {
        counts.set(type, count);
      }
    }
    return counts;
  }

  /** Blocks of unknown types, which are skipped. */
  get unknownBlocks(): number {
    return this.#system.unknownBlocks;
  }

  /** Takes the next bytes; call only after `next` has said `more`. */
  push(chunk: Uint8Array): void {
    this.#window.push(chunk);
  }

  /** No more bytes will come. */
  end(): void {
    this.#window.ended = true;
  }

  /** Moves the view to the next event, and hands what comes before it to the sink. */
  next(event: EventView, sink: CaptureSink): CaptureStep {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    try {
      for (;;) {
        const step = this.#inEvents ? this.#nextEvent(event) : this.#nextRecord(sink);
        if (step !== 'again') {
          return step;
        }
      }
    } catch (error) {
      this.#failure = atOffset(error, this.#window.offset);
      throw this.#failure;
    }
  }

  #nextRecord(sink: CaptureSink): CaptureStep | 'again' {
    switch (this.#system.next(sink)) {
      case 'again':
        return 'again';
      case 'events':
        this.#inEvents = true;
        return 'again';
      case 'starved':
        return this.#starved();
    }
  }

  #nextEvent(event: EventView): CaptureStep | 'again' {
    const window = this.#window;
    if (!window.require(blockHeaderBytes)) {
      return this.#starved();
    }
    const form = eventForm(window.view.getUint32(window.position, true));
    if (form === 0) {
      // Captures may be concatenated: whatever follows must be a section.
      this.#inEvents = false;
      this.#system.restart();
      this.#converter.stored.clear();
      return 'again';
    }
    const blockBytes = window.view.getUint32(window.position + 4, true);
    this.#checkBlockBytes(form, blockBytes);
    if (!window.require(blockBytes)) {
      return this.#starved();
    }
    const { bytes, view, position } = window;
    const flagBytes = (form & eventForms.flagged) === 0 ? 0 : 4;
    const at = position + blockHeaderBytes + 2 + flagBytes;
    const type = view.getUint16(at + eventAt.type, true);
    if (type >= eventTable.length) {
      this.unknownEvents++;
      this.#count(form);
      window.consume(blockBytes);
      return 'again';
    }
    const cpu = view.getUint16(position + blockHeaderBytes, true);
    this.eventFlags = flagBytes === 0 ? 0 : view.getUint32(position + blockHeaderBytes + 2, true);
    const room = blockBytes - blockFrameBytes - 2 - flagBytes;
    const isDelivered =
      (form & eventForms.v2) === 0
        ? this.#readOld(event, view, at, room, type, cpu)
        : this.#read(event, bytes, view, at, room, type, cpu);
    this.#count(form);
    // Only now: until here the failing block is where an error points to.
    window.consume(blockBytes);
    return isDelivered ? 'event' : 'again';
  }

  #checkBlockBytes(form: number, blockBytes: number): void {
    const headerBytes = (form & eventForms.v2) === 0 ? oldEventHeaderBytes : eventHeaderBytes;
    const least = blockFrameBytes + 2 + ((form & eventForms.flagged) === 0 ? 0 : 4) + headerBytes;
    const most = (form & eventForms.large) === 0 ? maxSmallBlockBytes : this.#maxBlockBytes;
    if (blockBytes < least || blockBytes > most) {
      throw formatError(`an event block of ${blockBytes} bytes, where ${least} to ${most} are allowed`);
    }
  }

  #read(
    event: EventView,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    room: number,
    type: number,
    cpu: number,
  ): boolean {
    const fault = eventFault(view, at, room, type);
    if (fault !== null) {
      throw formatError(fault);
    }
    this.#countType(type);
    const paramCount = view.getUint32(at + eventAt.paramCount, true);
    const action = actionTable[actionKey(type, paramCount)];
    if (action === eventActions.deliver) {
      event.reset(bytes, view, at, cpu);
      return true;
    }
    if (action === eventActions.drop) {
      return false;
    }
    if (action !== eventActions.convert) {
      throw noConversionError(type, paramCount);
    }
    const converter = this.#converter;
    if (!converter.convert(bytes, view, at)) {
      return false;
    }
    event.reset(converter.bytes, converter.view, converter.offset, cpu);
    return true;
  }

  #readOld(event: EventView, view: DataView, at: number, room: number, type: number, cpu: number): boolean {
    // An event becomes four bytes longer.
    this.#upgraded ??= new DataView(new ArrayBuffer(maxSmallBlockBytes + 4));
    const upgraded = this.#upgraded;
    const fault = upgradeOldEvent(view, at, room, type, upgraded);
    if (fault !== null) {
      throw formatError(fault);
    }
    return this.#read(event, new Uint8Array(upgraded.buffer), upgraded, 0, upgraded.byteLength, type, cpu);
  }

  #count(form: number): void {
    this.#formCounts[form] = (this.#formCounts[form] ?? 0) + 1;
  }

  #countType(type: number): void {
    this.typeCounts[type] = (this.typeCounts[type] ?? 0) + 1;
  }

  #starved(): CaptureStep {
    const window = this.#window;
    if (!window.ended) {
      return 'more';
    }
    if (this.#inEvents && window.available === 0) {
      return 'end';
    }
    throw formatError(this.#inEvents ? 'the capture ends within a block' : this.#system.endProblem);
  }
}
