import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineClient } from './engine.ts';

let folder: string;
let server: Server | null;
let engine: EngineClient;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanner-engine-'));
  engine = new EngineClient(join(folder, 'engine.sock'));
  server = null;
});

afterEach(async () => {
  engine.close();
  await new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
  await rm(folder, { recursive: true });
});

async function listen(answer: RequestListener): Promise<void> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(join(folder, 'engine.sock'), resolve));
}

test('an image is described, and comes as an archive', async () => {
  await listen((request, response) => {
    response.end(
      request.url === '/images/a%2Fb%3A1/json'
        ? JSON.stringify({ Id: 'sha256:1a', RepoTags: ['a/b:1', 7], RepoDigests: null })
        : `archive of ${request.url ?? ''}`,
    );
  });
  expect(await engine.image('a/b:1')).toEqual({ id: 'sha256:1a', repoTags: ['a/b:1'], repoDigests: [] });
  const pieces: Buffer[] = [];
  for await (const piece of await engine.save('a/b:1')) {
    pieces.push(piece);
  }
  expect(Buffer.concat(pieces).toString()).toBe('archive of /images/a%2Fb%3A1/get');
});

test('an engine that is not there is said to be missing', async () => {
  await expect(engine.image('a')).rejects.toMatchObject({
    code: 'artifact.missing',
    message: expect.stringContaining('cannot be reached: connect ENOENT') as string,
  });
});

test.each([
  [404, '{}', 'artifact.missing', 'has no such image'],
  [500, '{}', 'artifact.missing', 'answered 500'],
  [200, 'no JSON', 'registry.answer', 'not JSON'],
  [200, 'x'.repeat(5 * 1024 * 1024), 'registry.answer', 'too much'],
])('an answer %i is an error in the words of artifacts', async (status, content, code, message) => {
  await listen((_, response) => {
    response.statusCode = status;
    response.end(content);
  });
  await expect(engine.image('a')).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message) as string,
  });
});
