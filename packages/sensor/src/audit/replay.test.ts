import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { EventView } from '@lanner/engine';
import { testState } from '@lanner/engine/testkit';
import { afterAll, expect, test } from 'vitest';
import { replayAudit } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const line = (id: string): string =>
  `{"kind":"Event","auditID":"${id}","stageTimestamp":"2024-05-01T12:00:00Z"}\n`;

async function read(
  source: string | AsyncIterable<Uint8Array>,
  onEvent: (id: string) => unknown = () => undefined,
): Promise<{ ids: string[]; complete: boolean; problems: string[] }> {
  const ids: string[] = [];
  const problems: string[] = [];
  const { complete, events } = await replayAudit(source, {
    event: new EventView(testState()),
    onEvent: (event) => {
      const { auditID } = JSON.parse(event.raw(1)) as { auditID: string };
      ids.push(auditID);
      return onEvent(auditID);
    },
    onProblem: ({ message }) => problems.push(message),
  });
  expect(events).toBe(ids.length);
  return { ids, complete, problems };
}

test('reads a file, and a compressed one', async () => {
  const plain = join(folder, 'audit.log');
  writeFileSync(plain, line('1') + line('2'));
  expect(await read(plain)).toEqual({ ids: ['1', '2'], complete: true, problems: [] });
  const compressed = join(folder, 'audit.log.gz');
  writeFileSync(compressed, gzipSync(line('1') + line('2')));
  expect((await read(compressed)).ids).toEqual(['1', '2']);
});

test('reads the files of a folder in the order in which they were changed', async () => {
  const logs = mkdtempSync(join(folder, 'logs-'));
  mkdtempSync(join(logs, 'not-a-log-'));
  for (const [name, changed] of [
    ['b', 1],
    ['a', 2],
    ['c', 2],
  ] as const) {
    writeFileSync(join(logs, name), line(name).trimEnd());
    utimesSync(join(logs, name), changed, changed);
  }
  expect((await read(logs)).ids).toEqual(['b', 'a', 'c']);
});

test('reads what comes in pieces, and stops when told to', async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from(line('1') + line('2') + line('3'))) {
      yield Promise.resolve(Uint8Array.of(byte));
    }
  }
  expect(await read(pieces(), (id) => id !== '2')).toEqual({
    ids: ['1', '2'],
    complete: false,
    problems: [],
  });
});

test('stops between chunks when aborted', async () => {
  const abort = new AbortController();
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield Promise.resolve(Buffer.from(line('1')));
    }
  }
  let events = 0;
  const result = await replayAudit(endless(), {
    event: new EventView(testState()),
    onEvent: () => ++events === 5 && abort.abort(),
    onProblem: () => expect.unreachable(),
    onPause: () => Promise.resolve(),
    signal: abort.signal,
  });
  expect(result.complete).toBe(false);
  expect(result.events).toBeLessThan(100);
});

test('says which file cannot be read, and that compressed data is damaged', async () => {
  await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'file.read' });
  const damaged = join(folder, 'damaged.gz');
  const bytes = gzipSync(line('1').repeat(50));
  bytes.fill(0xff, 12, 30);
  writeFileSync(damaged, bytes);
  await expect(read(damaged)).rejects.toMatchObject({ code: 'audit.parse' });
});
