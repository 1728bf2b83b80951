import type { AppError } from '@lanner/core';
import { type EventInfo, eventTable } from '@lanner/engine';
import { conversionError } from './capture-error.ts';
import {
  actionKey,
  actionTable,
  type Conversion,
  conversionOf,
  eventActions,
  type Instruction,
} from './event-actions.ts';
import { EventAssembler, ParamLocator } from './event-assembler.ts';
import { eventAt, maxConvertedBytes } from './format.ts';
import { latin1, writeLatin1 } from './latin1.ts';
import { type StoredEventLimits, StoredEvents } from './stored-events.ts';

/** A conversion leads to the next older form's target; the longest chain of the table is far shorter. */
const maxSteps = 50;

/**
 * Brings events of old captures into the current schema. Enter events are kept per thread, since their parameters
 * belong to the exit event nowadays.
 */
export class EventConverter {
  /** The converted event, from offset 0 unless it was handed through; valid until the next `convert`. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  offset = 0;
  readonly stored: StoredEvents;
  // A step reads from one and writes to the other. Most captures need neither.
  #even: EventAssembler | null = null;
  #odd: EventAssembler | null = null;
  readonly #old = new ParamLocator();
  readonly #enter = new ParamLocator();

  constructor(limits?: StoredEventLimits) {
    this.stored = new StoredEvents(limits);
  }

  /**
   * Converts a checked event whose action is `convert`. True: the result is to be delivered; false: the event is
   * dropped. Throws `capture.conversion` when the table has no way, or the stored enter event is not the right one.
   */
  convert(bytes: Uint8Array, view: DataView, offset: number): boolean {
    this.bytes = bytes;
    this.view = view;
    this.offset = offset;
    for (let step = 0; step < maxSteps; step++) {
      if (this.#length() > maxConvertedBytes) {
        throw conversionError(`an event of ${this.#length()} bytes is too long to be converted`);
      }
      const row = conversionOf(this.#type(), this.#paramCount());
      if (row === undefined) {
        throw noConversionError(this.#type(), this.#paramCount());
      }
      if (row.target === null) {
        return this.#keep(row);
      }
      this.#build(row, row.target, step);
      const action = actionTable[actionKey(this.#type(), this.#paramCount())];
      if (action !== eventActions.convert) {
        return this.#settle(action);
      }
    }
    throw conversionError('the conversion of an event does not come to an end');
  }

  #keep(row: Conversion): boolean {
    if (row.store) {
      this.stored.store(this.#tid(), this.bytes, this.offset, this.#length());
    }
    return row.deliver;
  }

  #settle(action: number | undefined): boolean {
    if (action === eventActions.deliver) {
      return true;
    }
    if (action === eventActions.drop) {
      return false;
    }
    throw noConversionError(this.#type(), this.#paramCount());
  }

  #build(row: Conversion, target: EventInfo, step: number): void {
    const assembler =
      step % 2 === 0 ? (this.#even ??= new EventAssembler()) : (this.#odd ??= new EventAssembler());
    const old = this.#old;
    old.locate(this.view, this.offset);
    const kept = row.keepsParams ? old.count : 0;
    assembler.begin(target, kept + row.instructions.length, this.bytes, this.offset);
    let fits = true;
    for (let i = 0; i < kept; i++) {
      fits &&= assembler.copy(this.bytes, old.start(i), old.length(i));
    }
    for (const instruction of row.instructions) {
      fits &&= this.#push(assembler, instruction);
    }
    if (!fits) {
      throw conversionError(`an event of type ${target.code} gets too long in its conversion`);
    }
    assembler.end();
    if (row.usesEnter) {
      this.stored.release(this.#tid());
    }
    this.bytes = assembler.bytes;
    this.view = assembler.view;
    this.offset = 0;
  }

  #push(assembler: EventAssembler, instruction: Instruction): boolean {
    switch (instruction.from) {
      case 'empty':
        assembler.empty();
        return true;
      case 'default':
        return assembler.default();
      case 'enter':
        return this.#pushFromEnter(assembler, instruction);
      case 'containerJson':
        return this.#pushContainerJson(assembler);
      case 'old': {
        const { param } = instruction;
        if (param >= this.#old.count) {
          throw conversionError(`${code(this.#type())} has no parameter ${param}`);
        }
        return assembler.copy(this.bytes, this.#old.start(param), this.#old.length(param));
      }
    }
  }

  #pushFromEnter(assembler: EventAssembler, { param, orEmpty }: Instruction): boolean {
    const enter = this.stored.get(this.#tid());
    if (enter === null) {
      // Lost by the recorder, or used up by the form that this event was converted from.
      if (orEmpty) {
        assembler.empty();
        return true;
      }
      return assembler.default();
    }
    const enterType = enter.view.getUint16(eventAt.type, true);
    if (enterType !== this.#type() - 1) {
      throw conversionError(`${code(this.#type())} follows ${code(enterType)}`);
    }
    this.#enter.locate(enter.view, 0);
    if (param >= this.#enter.count) {
      throw conversionError(`${code(enterType)} has no parameter ${param}`);
    }
    return assembler.copy(enter.bytes, this.#enter.start(param), this.#enter.length(param));
  }

  // The event of the oldest captures has id, type, name and image each on its own. As in Falco nothing is escaped.
  #pushContainerJson(assembler: EventAssembler): boolean {
    const old = this.#old;
    const type = this.#containerType();
    if (type < 0 || old.length(0) === 0 || old.length(2) === 0 || old.length(3) === 0) {
      assembler.empty();
      return true;
    }
    const text = (index: number): string =>
      latin1(this.bytes, old.start(index), old.start(index) + old.length(index) - 1);
    const json = `{"id":"${text(0)}","type":${type},"name":"${text(2)}","image":"${text(3)}"}\0`;
    const encoded = new Uint8Array(json.length);
    writeLatin1(encoded, 0, json);
    return assembler.copy(encoded, 0, encoded.length);
  }

  #containerType(): number {
    const start = this.#old.start(1);
    const length = this.#old.length(1);
    if (length > 4) {
      return -1;
    }
    let type = 0;
    for (let i = length - 1; i >= 0; i--) {
      type = type * 256 + this.view.getUint8(start + i);
    }
    return type;
  }

  #type(): number {
    return this.view.getUint16(this.offset + eventAt.type, true);
  }

  #paramCount(): number {
    return this.view.getUint32(this.offset + eventAt.paramCount, true);
  }

  #length(): number {
    return this.view.getUint32(this.offset + eventAt.length, true);
  }

  // Only tells threads apart, so that the loss of precision of absurd numbers does no harm.
  #tid(): number {
    const at = this.offset + eventAt.tid;
    return this.view.getInt32(at + 4, true) * 0x1_0000_0000 + this.view.getUint32(at, true);
  }
}

/** The error for an event that would have to be converted and cannot. */
export function noConversionError(type: number, paramCount: number): AppError {
  return conversionError(`${code(type)} with ${paramCount} parameters is in no known schema`);
}

function code(type: number): string {
  return eventTable[type]?.code ?? `type ${type}`;
}
