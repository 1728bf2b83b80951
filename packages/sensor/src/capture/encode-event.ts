import { type EventInfo, eventId, eventTable } from '@lanner/engine';
import { ByteBuilder } from './byte-builder.ts';
import { fixedLengths } from './event-assembler.ts';
import { eventAt, eventHeaderBytes } from './format.ts';

/**
 * A parameter's value: numbers take the width of the parameter's type; a text gets its NUL unless it is a buffer; each
 * text of a list gets one.
 */
export type EventParam = number | bigint | string | readonly string[];

/** The bytes of an event of the current schema, with time and thread still 0. A wrong code is a bug. */
export function encodeEvent(code: string, params: readonly EventParam[]): Uint8Array {
  // eventId throws for an unknown code.
  const info = eventTable[eventId(code)] as EventInfo;
  const lengthBytes = info.isLarge ? 4 : 2;
  const out = new ByteBuilder(512).zeros(eventHeaderBytes + lengthBytes * params.length);
  for (const [i, value] of params.entries()) {
    const start = out.length;
    appendParam(out, info, i, value);
    const lengthAt = eventHeaderBytes + lengthBytes * i;
    if (info.isLarge) {
      out.view.setUint32(lengthAt, out.length - start, true);
    } else {
      out.view.setUint16(lengthAt, out.length - start, true);
    }
  }
  out.view.setUint32(eventAt.length, out.length, true);
  out.view.setUint16(eventAt.type, info.id, true);
  out.view.setUint32(eventAt.paramCount, params.length, true);
  return out.bytes.slice(0, out.length);
}

function appendParam(out: ByteBuilder, info: EventInfo, index: number, value: EventParam): void {
  const type = info.params[index]?.type ?? 'INT64';
  if (typeof value === 'string') {
    out.raw(type === 'BYTEBUF' ? value : `${value}\0`);
    return;
  }
  if (typeof value === 'object') {
    out.raw(value.map((text) => `${text}\0`).join(''));
    return;
  }
  const width = fixedLengths[type] ?? 8;
  const end = out.length + width;
  // Little-endian: what is beyond the width falls away.
  out.u64(value);
  out.length = end;
}
