import { AppError } from '@lanner/core';
import { eventTable, EventView } from '@lanner/engine';
import { blankState } from './blank-state.ts';
import { recordBlocks } from './format.ts';
import { CaptureReader } from './reader.ts';
import type { CaptureSink, InterfaceRecord, MachineRecord } from './records.ts';
import { replayCapture } from './replay.ts';
import type { CaptureSource } from './source.ts';

/** What is in a capture, in numbers. */
export interface CaptureStats {
  readonly isGzip: boolean;
  /** Bytes before compression. */
  readonly bytes: number;
  /** Version of the format of the last section, such as `1.2`; '' when there is none. */
  readonly version: string;
  /** More than one in a concatenated capture. */
  readonly sections: number;
  /** Of the last section. */
  readonly machine: MachineRecord | null;
  /** Number of blocks by their type. */
  readonly blocks: ReadonlyMap<number, number>;
  /** Blocks of unknown types. */
  readonly unknownBlocks: number;
  /** Versions of process lists (`PL9`) and descriptor lists (`FDL2`), sorted. */
  readonly listVersions: readonly string[];
  readonly threads: number;
  readonly fds: number;
  readonly users: number;
  readonly groups: number;
  readonly interfaces: number;
  /** Events as recorded, those of unknown types included. */
  readonly recordedEvents: number;
  /** Recorded events of types that the schema does not know. */
  readonly unknownEvents: number;
  /** Events that rules see: those of the current schema and those that were converted into it. */
  readonly events: number;
  /** Recorded events by the code of their type, most frequent first. */
  readonly recordedTypes: ReadonlyMap<string, number>;
  /** The same of the events that rules see. */
  readonly types: ReadonlyMap<string, number>;
  /** Times of the first and the last event that rules see, in ns since 1970; 0n without events. */
  readonly firstTs: bigint;
  readonly lastTs: bigint;
  /** What ended the reading before the capture's end; the numbers say what came before. */
  readonly failure: AppError | null;
}

/**
 * Reads a whole capture and counts. Damage is part of the answer; only a source that cannot be read at all throws
 * (`file.read`).
 */
export async function captureStats(source: CaptureSource, signal?: AbortSignal): Promise<CaptureStats> {
  const reader = new CaptureReader();
  const counter = new Counter();
  let failure: AppError | null = null;
  try {
    await replayCapture(source, {
      event: new EventView(blankState),
      sink: counter,
      reader,
      onEvent: (event) => counter.event(event),
      onCompression: (isGzip) => (counter.isGzip = isGzip),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    failure = damageOf(error);
  }
  return counter.toStats(reader, failure);
}

function damageOf(error: unknown): AppError {
  if (error instanceof AppError && error.code !== 'file.read') {
    return error;
  }
  throw error;
}

class Counter implements CaptureSink {
  isGzip = false;
  #sections = 0;
  #machine: MachineRecord | null = null;
  #threads = 0;
  #fds = 0;
  #users = 0;
  #groups = 0;
  #interfaces = 0;
  #events = 0;
  #firstTs = 0n;
  #lastHi = 0;
  #lastLo = 0;
  readonly #typeCounts = new Float64Array(eventTable.length);

  section(): void {
    this.#sections++;
  }

  machine(machine: MachineRecord): void {
    this.#machine = machine;
  }

  interfaces(interfaces: readonly InterfaceRecord[]): void {
    this.#interfaces += interfaces.length;
  }

  user(): void {
    this.#users++;
  }

  group(): void {
    this.#groups++;
  }

  thread(): void {
    this.#threads++;
  }

  fd(): void {
    this.#fds++;
  }

  event(event: EventView): void {
    if (this.#events === 0) {
      this.#firstTs = event.ts;
    }
    this.#events++;
    this.#lastHi = event.tsHi;
    this.#lastLo = event.tsLo;
    this.#typeCounts[event.type] = (this.#typeCounts[event.type] ?? 0) + 1;
  }

  toStats(reader: CaptureReader, failure: AppError | null): CaptureStats {
    const recordedTypes = countsByCode(reader.typeCounts);
    return {
      isGzip: this.isGzip,
      bytes: reader.offset,
      version: reader.version,
      sections: this.#sections,
      machine: this.#machine,
      blocks: reader.blockCounts(),
      unknownBlocks: reader.unknownBlocks,
      listVersions: listVersions(reader.blockCounts().keys()),
      threads: this.#threads,
      fds: this.#fds,
      users: this.#users,
      groups: this.#groups,
      interfaces: this.#interfaces,
      recordedEvents: sum(reader.typeCounts) + reader.unknownEvents,
      unknownEvents: reader.unknownEvents,
      events: this.#events,
      recordedTypes,
      types: countsByCode(this.#typeCounts),
      firstTs: this.#firstTs,
      lastTs: (BigInt(this.#lastHi) << 32n) | BigInt(this.#lastLo),
      failure,
    };
  }
}

function countsByCode(counts: Float64Array): Map<string, number> {
  const entries = eventTable.map(({ id, code }): [string, number] => [code, counts[id] ?? 0]);
  return new Map(entries.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a));
}

function listVersions(blockTypes: Iterable<number>): string[] {
  const versions = new Set<string>();
  for (const type of blockTypes) {
    const block = recordBlocks.get(type);
    if (block?.kind === 'threads') {
      versions.add(`PL${block.version}`);
    } else if (block?.kind === 'fds') {
      versions.add(`FDL${block.version}`);
    }
  }
  return [...versions].sort();
}

function sum(counts: Float64Array): number {
  let total = 0;
  for (const count of counts) {
    total += count;
  }
  return total;
}
