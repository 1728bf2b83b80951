import { fileURLToPath } from 'node:url';
import { eventBytes } from '@lanner/engine/testkit';
import { expect, test } from 'vitest';
import { joinBytes, rawBlock, rawEvent, rawSection } from './raw-capture.ts';
import { sampleCapture } from './sample-capture.ts';
import { captureStats } from './stats.ts';

const fixture = fileURLToPath(
  new URL('../../../../conformance/fixtures/workload1-host.scap', import.meta.url),
);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

test('a recorded capture is counted', async () => {
  const stats = await captureStats(fixture);
  expect(stats).toMatchObject({
    isGzip: true,
    bytes: 1_543_108,
    version: '1.2',
    sections: 1,
    listVersions: ['FDL2', 'PL9'],
    threads: 1,
    fds: 7,
    users: 3,
    groups: 3,
    interfaces: 5,
    recordedEvents: 16_596,
    unknownEvents: 0,
    events: 16_596,
    firstTs: 1_795_407_473_899_121_000n,
    lastTs: 1_795_407_477_109_883_289n,
    failure: null,
  });
  expect([...stats.types].slice(0, 2)).toEqual([
    ['GENERIC_X', 3260],
    ['SYSCALL_NEWFSTATAT_X', 2374],
  ]);
  expect([stats.machine?.hostname, stats.machine?.cpuCount]).toEqual(['vm', 2]);
});

test('recorded and converted events are told apart', async () => {
  const events = [
    rawEvent(0x204, eventBytes('SYSCALL_CLOSE_E', [3])),
    rawEvent(0x204, eventBytes('SYSCALL_CLOSE_X', [0])),
    rawEvent(0x216, eventBytes('SYSCALL_BRK_1_X', [0])),
  ];
  const stats = await captureStats(once(joinBytes(rawSection(), ...events)));
  expect([...stats.recordedTypes.values(), stats.recordedEvents]).toEqual([1, 1, 1, 3]);
  expect(Object.fromEntries(stats.types)).toEqual({ SYSCALL_CLOSE_X: 1, SYSCALL_BRK_4_X: 1 });
  expect([stats.blocks.get(0x204), stats.blocks.get(0x216), stats.blocks.get(0x0a0d0d0a)]).toEqual([2, 1, 1]);
});

test('every version of the lists and every section counts', async () => {
  const stats = await captureStats(once(sampleCapture()));
  expect(stats.listVersions).toEqual(['FDL1', 'FDL2', ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `PL${n}`)]);
  expect([stats.sections, stats.version, stats.threads, stats.unknownBlocks]).toEqual([2, '1.2', 18, 1]);
  expect(stats.unknownEvents).toBe(8);
});

test('damage is part of the answer', async () => {
  const event = rawEvent(0x216, eventBytes('SYSCALL_CLOSE_X', [0, 3]));
  const stats = await captureStats(once(joinBytes(rawSection(), event, rawBlock(0x216, new Uint8Array(4)))));
  expect([stats.events, stats.failure?.code]).toEqual([1, 'capture.format']);
});

test('a file that cannot be read is an error', async () => {
  await expect(captureStats('/nowhere/none.scap')).rejects.toMatchObject({ code: 'file.read' });
});
