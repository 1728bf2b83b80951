import { Buffer } from 'node:buffer';
import { AppError } from '@lanner/core';
import { maxAnswerBytes } from '../containers/limits.ts';

const prefixBytes = 5;

/** A message as gRPC sends it: whether it is compressed, and its length, before it. */
export function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Takes the messages out of what arrives in pieces of any size. */
export class FrameReader {
  readonly #onMessage: (message: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Throws AppError 'runtime.answer' for a message that is compressed or longer than a runtime has to say. */
  push(piece: Buffer): void {
    let rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    while (rest.length >= prefixBytes) {
      const end = prefixBytes + rest.readUInt32BE(1);
      if (rest[0] !== 0 || end > maxAnswerBytes + prefixBytes) {
        throw new AppError('runtime.answer', 'A container runtime has sent a damaged message');
      }
      if (rest.length < end) {
        break;
      }
      this.#onMessage(rest.subarray(prefixBytes, end));
      rest = rest.subarray(end);
    }
    this.#rest = rest;
  }
}
