import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ReadyChunks } from './ready-chunks.ts';

async function all(ready: ReadyChunks): Promise<string[]> {
  const texts: string[] = [];
  for (let chunk = await ready.next(); chunk !== null; chunk = await ready.next()) {
    texts.push(chunk.toString());
  }
  return texts;
}

test('chunks come in their order, whether they wait or are waited for, and then the end, again and again', async () => {
  const stream = new PassThrough();
  const ready = new ReadyChunks(stream, 100);
  const first = ready.next();
  stream.write('a');
  expect((await first)?.toString()).toBe('a');
  stream.write('b');
  stream.write('c');
  stream.end('d');
  expect(await all(ready)).toEqual(['b', 'c', 'd']);
  expect(await ready.next()).toBeNull();
});

test('a stream that is ahead pauses, and goes on when a chunk is taken', async () => {
  const stream = new PassThrough();
  const ready = new ReadyChunks(stream, 2);
  stream.write('a');
  expect(stream.isPaused()).toBe(false);
  stream.write('b');
  expect(stream.isPaused()).toBe(true);
  stream.write('c');
  stream.end();
  expect((await ready.next())?.toString()).toBe('a');
  expect(stream.isPaused()).toBe(false);
  expect(await all(ready)).toEqual(['b', 'c']);
});

test('an error comes behind what was there before it', async () => {
  const stream = new PassThrough();
  const ready = new ReadyChunks(stream, 100);
  stream.write('a');
  stream.destroy(new Error('damaged'));
  expect((await ready.next())?.toString()).toBe('a');
  await expect(ready.next()).rejects.toThrow('damaged');
});

test('a stream that is closed before its end is an error, not an end', async () => {
  const stream = new PassThrough();
  const ready = new ReadyChunks(stream, 100);
  stream.destroy();
  await expect(ready.next()).rejects.toThrow('closed before its end');
});
