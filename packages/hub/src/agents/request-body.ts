import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';
import { AppError } from '@lanner/core';
import type { z } from 'zod';

const maxSmallBytes = 64 * 2 ** 10;
const maxUnpackedBytes = 12 * 2 ** 20;
const unpack = promisify(zstdDecompress);

/** Throws AppError 'usage.invalid' for what has another shape. */
export async function jsonOf<Shape extends z.ZodType>(
  request: IncomingMessage,
  shape: Shape,
): Promise<z.output<Shape>> {
  let value: unknown;
  try {
    value = JSON.parse((await readBody(request, maxSmallBytes)).toString());
  } catch (error) {
    if (error instanceof AppError) {
      throw error;
    }
    throw new AppError('usage.invalid', 'the body is no JSON', { cause: error });
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) {
    throw new AppError(
      'usage.invalid',
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
    );
  }
  return parsed.data;
}

/** The text of a body, unpacked. Throws AppError 'usage.invalid' or 'artifact.limit'. */
export async function textOf(body: Buffer, encoding: string | undefined): Promise<string> {
  if (encoding === undefined || encoding === 'identity') {
    return body.toString();
  }
  if (encoding !== 'zstd') {
    throw new AppError('usage.invalid', `batches are packed with zstd, not ${encoding}`);
  }
  try {
    return (await unpack(body, { maxOutputLength: maxUnpackedBytes })).toString();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLong(maxUnpackedBytes)
      : new AppError('usage.invalid', 'the batch cannot be unpacked', { cause: error });
  }
}

/** Throws AppError 'artifact.limit' for a longer body, 'usage.invalid' for one that breaks off. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // Told before it is sent, so that whoever sends hears of it.
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    throw tooLong(maxBytes);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) {
        throw tooLong(maxBytes);
      }
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('usage.invalid', 'the body broke off', { cause: error });
  }
  return Buffer.concat(chunks);
}

function tooLong(bytes: number): AppError {
  return new AppError('artifact.limit', `a body may have ${bytes} bytes`);
}
