import { Buffer } from 'node:buffer';
import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf, numberOf, readMessage, textOf, textsOf, writeMessage } from './wire.ts';

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, number) => {
      const message = readMessage(
        writeMessage([
          [1, text],
          [300, number],
          [2, writeMessage([[1, text]])],
        ]),
      );
      expect(textOf(message, 1)).toBe(text);
      expect(numberOf(message, 300)).toBe(number);
      expect(textsOf(message, 2)).toEqual({ [text]: '' });
      expect(textOf(messageOf(message, 2), 1)).toBe(text);
    }),
  );
});

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        readMessage(Buffer.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
});
