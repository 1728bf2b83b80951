import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventView } from '@lanner/engine';
import type { Benchmark } from '../../../../tools/bench/benchmark.ts';
import { blankState } from './blank-state.ts';
import { CaptureLog } from './capture-log.ts';
import { latin1 } from './latin1.ts';
import { CaptureReader } from './reader.ts';
import { captureChunks } from './source.ts';
import { writeSyntheticCapture } from './synthetic.ts';
import { CaptureWriter } from './writer.ts';

const events = 300_000;
let chunks: Uint8Array[] = [];

/** A capture of 300,000 events in memory, in the chunks that inflating gives. */
async function prepare(): Promise<void> {
  if (chunks.length > 0) {
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'lanner-bench-'));
  try {
    const path = join(folder, 'capture.scap');
    await writeSyntheticCapture(path, { events, paths: 1000, processes: 2000 });
    chunks = await Array.fromAsync(captureChunks(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Walks the capture; gives ns an event. */
function walk(onEvent: (event: EventView) => void): number {
  const reader = new CaptureReader();
  const event = new EventView(blankState, latin1);
  const sink = new CaptureLog();
  let count = 0;
  const start = performance.now();
  for (const chunk of chunks) {
    reader.push(chunk);
    while (reader.next(event, sink) === 'event') {
      onEvent(event);
      count++;
    }
  }
  return ((performance.now() - start) * 1e6) / count;
}

export const benchmarks: readonly Benchmark[] = [
  {
    id: 'capture.walk',
    unit: 'ns/event',
    bar: '<= 60',
    note: 'blocks, checks, conversion look-up, EventView.reset',
    prepare,
    run: () => walk(() => undefined),
  },
  {
    id: 'capture.write',
    unit: 'ns/event',
    note: 'walk and write again, without compression',
    prepare,
    run() {
      const writer = new CaptureWriter(() => undefined);
      return walk((event) => writer.event(event));
    },
  },
];
