import type { IncomingMessage } from 'node:http';
import type { HttpAnswer } from './http-client.ts';

const mostBytes = 2 ** 20;

/** Reads an answer to its end, keeping the first mebibyte. */
export async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (length < mostBytes) {
      chunks.push(chunk.subarray(0, mostBytes - length));
    }
    length += chunk.length;
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString(),
    headers: response.headers,
  };
}
