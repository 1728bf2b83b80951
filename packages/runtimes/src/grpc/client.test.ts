import { mkdtempSync, rmSync } from 'node:fs';
import type { Http2Server } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeGrpcServer, type GrpcAnswer } from '../testkit/grpc-server.ts';
import { GrpcClient } from './client.ts';
import { framed } from './frames.ts';

let folder: string;
let server: Http2Server;
let client: GrpcClient;
let answer: GrpcAnswer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lanner-grpc-'));
  answer = { pieces: [], status: '0' };
  server = await fakeGrpcServer(join(folder, 's'), () => answer);
  client = new GrpcClient(join(folder, 's'));
});

afterEach(() => {
  client.close();
  server.close();
  rmSync(folder, { recursive: true });
});

const question = { path: '/a.B/C', message: Buffer.from('q') };

async function all(idleMs?: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const message of client.messages({ ...question, ...(idleMs === undefined ? {} : { idleMs }) })) {
    texts.push(message.toString());
  }
  return texts;
}

test('an answer of many messages gives each, however the pieces are cut', async () => {
  const bytes = Buffer.concat(['one', 'two', ''].map((text) => framed(Buffer.from(text))));
  answer = { pieces: [bytes.subarray(0, 2), bytes.subarray(2, 9), bytes.subarray(9)], status: '0' };
  expect(await all()).toEqual(['one', 'two', '']);
});

test('one that ends with a refusal fails after what it gave', async () => {
  answer = { pieces: [framed(Buffer.from('one'))], status: '5' };
  const given = client.messages(question);
  expect((await given.next()).value).toEqual(Buffer.from('one'));
  await expect(given.next()).rejects.toMatchObject({ code: 'runtime.answer', details: { status: '5' } });
});

test('one that stands still fails', async () => {
  answer = { pieces: [framed(Buffer.from('one'))], status: '0', hangs: true };
  await expect(all(50)).rejects.toMatchObject({ code: 'runtime.unreachable' });
});

test('whoever takes no more ends the call, and the connection is of use for the next', async () => {
  answer = { pieces: [framed(Buffer.from('one'))], status: '0', hangs: true };
  for await (const message of client.messages(question)) {
    expect(message.toString()).toBe('one');
    break;
  }
  answer = { pieces: [framed(Buffer.from('two'))], status: '0' };
  expect(await client.call({ ...question, timeoutMs: 5000 })).toEqual(Buffer.from('two'));
});

test('what follows without an end tells each message', async () => {
  answer = { pieces: [framed(Buffer.from('one')), framed(Buffer.from('two'))], status: '0' };
  const told: string[] = [];
  await client.follow(question, (message) => told.push(message.toString()));
  expect(told).toEqual(['one', 'two']);
});
