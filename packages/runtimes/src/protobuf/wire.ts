import { Buffer } from 'node:buffer';
import { AppError } from '@lanner/core';

/** A message of Protocol Buffers by the numbers of its fields; numbers are bigint, all else bytes. */
export type WireMessage = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** Fields of one message; a runtime's answers have tens. */
const maxFields = 65_536;
const varint = 0;
const fixed64 = 1;
const bytes = 2;
const fixed32 = 5;

/** Reads one message; nested ones stay bytes until they are asked for. Throws AppError 'runtime.answer'. */
export function readMessage(buffer: Buffer): WireMessage {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  for (let count = 0; at < buffer.length; count++) {
    if (count === maxFields) {
      throw damaged();
    }
    const key = readVarint(buffer, at);
    const found = readValue(buffer, key.end, Number(key.value & 7n));
    const number = Number(key.value >> 3n);
    const values = fields.get(number) ?? [];
    values.push(found.value);
    fields.set(number, values);
    at = found.end;
  }
  return fields;
}

interface Found<T> {
  readonly value: T;
  readonly end: number;
}

function readValue(buffer: Buffer, at: number, type: number): Found<bigint | Buffer> {
  switch (type) {
    case varint:
      return readVarint(buffer, at);
    case fixed64:
      return slice(buffer, at, 8);
    case fixed32:
      return slice(buffer, at, 4);
    case bytes: {
      const length = readVarint(buffer, at);
      return slice(buffer, length.end, length.value);
    }
    default:
      throw damaged();
  }
}

function slice(buffer: Buffer, start: number, length: bigint | number): Found<Buffer> {
  if (length > buffer.length - start) {
    throw damaged();
  }
  const end = start + Number(length);
  return { value: buffer.subarray(start, end), end };
}

function readVarint(buffer: Buffer, start: number): Found<bigint> {
  let value = 0n;
  for (let place = 0; place < 10; place++) {
    const byte = buffer[start + place];
    if (byte === undefined) {
      break;
    }
    value |= BigInt(byte & 0x7f) << BigInt(place * 7);
    if (byte < 0x80) {
      return { value: BigInt.asUintN(64, value), end: start + place + 1 };
    }
  }
  throw damaged();
}

function damaged(): AppError {
  return new AppError('runtime.answer', 'A container runtime has sent a damaged message');
}

/** The field as text; '' when it is absent, or a number. */
export function textOf(message: WireMessage, field: number): string {
  const value = message.get(field)?.at(-1);
  return Buffer.isBuffer(value) ? value.toString('utf8') : '';
}

/** The field as a number; 0 when it is absent. */
export function numberOf(message: WireMessage, field: number): number {
  const value = message.get(field)?.at(-1);
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
}

/** The field as a message; an empty one when it is absent. */
export function messageOf(message: WireMessage, field: number): WireMessage {
  return messagesOf(message, field).at(-1) ?? new Map<number, never>();
}

export function messagesOf(message: WireMessage, field: number): readonly WireMessage[] {
  return (message.get(field) ?? []).filter((value) => Buffer.isBuffer(value)).map(readMessage);
}

/** The field as a map of texts. */
export function textsOf(message: WireMessage, field: number): Record<string, string> {
  return Object.fromEntries(
    messagesOf(message, field).map((entry): [string, string] => [textOf(entry, 1), textOf(entry, 2)]),
  );
}

/** Writes a message of texts, switches and other messages. */
export function writeMessage(
  fields: readonly (readonly [number, string | boolean | number | Buffer])[],
): Buffer {
  return Buffer.concat(fields.map(([number, value]) => writeField(number, value)));
}

function writeField(number: number, value: string | boolean | number | Buffer): Buffer {
  if (typeof value === 'boolean' || typeof value === 'number') {
    return Buffer.from([...writeVarint(number * 8 + varint), ...writeVarint(Number(value))]);
  }
  const content = Buffer.from(value);
  return Buffer.concat([
    Buffer.from([...writeVarint(number * 8 + bytes), ...writeVarint(content.length)]),
    content,
  ]);
}

function writeVarint(value: number): number[] {
  const written: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    written.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...written, rest];
}
