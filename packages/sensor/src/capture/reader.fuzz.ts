import { EventView } from '@lanner/engine';
import { blankState } from './blank-state.ts';
import { type CaptureLog, cut, logCapture, logText } from './capture-log.ts';
import { eventFault } from './event-shape.ts';
import { type BlockList, fuzzChunks, fuzzInput, splitBlocks } from './fuzz-input.ts';
import { sampleCapture } from './sample-capture.ts';
import { seededRandom } from './seeded-random.ts';
import { CaptureWriter } from './writer.ts';

export interface FuzzOptions {
  /** Decompressed captures to start from, besides the one that is built in. */
  readonly corpus?: readonly Uint8Array[];
  /** Most processor time for one input, in ms. Default 500; an input takes about one. */
  readonly maxMs?: number;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Inputs that were read to their end. */
  readonly sound: number;
  /** Inputs that were refused, by the code of the error. */
  readonly refused: ReadonlyMap<string, number>;
  readonly events: number;
  /** Processor time of the slowest input. */
  readonly slowestMs: number;
}

const maxShownBytes = 4096;

/** Beyond twice its input and this much a reader buffers more than it may. */
const bufferAllowance = 256 * 1024;

/**
 * Reads damaged and invented captures. Every input must be read to its end or be refused with an AppError, give the
 * same however it is cut into chunks, give events that are whole, and come back from the writer as it went in.
 * Throws an Error for the first that does not, with the input in hex unless it is long. The same seed gives the same
 * inputs.
 */
export function fuzzCapture(inputs: number, seed: number, options: FuzzOptions = {}): FuzzReport {
  const random = seededRandom(seed);
  const corpus: BlockList[] = [sampleCapture(200), ...(options.corpus ?? [])].map(splitBlocks);
  const refused = new Map<string, number>();
  let sound = 0;
  let events = 0;
  let slowestMs = 0;
  for (let i = 0; i < inputs; i++) {
    const input = fuzzInput(random, corpus);
    const sizes = fuzzChunks(random, input.length);
    const before = process.cpuUsage();
    const log = examine(input, sizes);
    const elapsedMs = process.cpuUsage(before).user / 1000;
    slowestMs = Math.max(slowestMs, elapsedMs);
    if (elapsedMs > (options.maxMs ?? 500)) {
      throw findingError(`took ${Math.round(elapsedMs)} ms (number ${i} of seed ${seed})`, input);
    }
    events += log.events.length;
    if (log.failure === null) {
      sound++;
    } else {
      refused.set(log.failure.code, (refused.get(log.failure.code) ?? 0) + 1);
    }
  }
  return { inputs, sound, refused, events, slowestMs };
}

/** Reads one input in all ways; throws an Error when it finds something wrong with the reader. */
export function examine(input: Uint8Array, chunkSizes: readonly number[]): CaptureLog {
  try {
    const log = logCapture([input]);
    const inPieces = logCapture(cut(input, chunkSizes));
    if (logText(log) !== logText(inPieces)) {
      throw new Error(`reads otherwise in chunks of ${chunkSizes.join(', ')}`);
    }
    checkEvents(log);
    checkMemory(inPieces, input.length);
    checkWriter(log);
    return log;
  } catch (error) {
    throw findingError(error instanceof Error ? (error.stack ?? error.message) : String(error), input);
  }
}

function checkEvents(log: CaptureLog): void {
  const event = new EventView(blankState);
  for (const { bytes } of log.events) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    event.reset(bytes, view, 0, 0);
    const fault = eventFault(view, 0, bytes.length, event.type);
    if (fault !== null) {
      throw new Error(`gave a broken event: ${fault}`);
    }
    for (let i = 0; i < event.paramCount; i++) {
      event.text(i);
    }
  }
}

function checkMemory(log: CaptureLog, inputBytes: number): void {
  if (log.bufferedBytes > 2 * inputBytes + bufferAllowance) {
    throw new Error(`buffers ${log.bufferedBytes} bytes of ${inputBytes}`);
  }
}

function checkWriter(log: CaptureLog): void {
  const pieces: Uint8Array[] = [];
  const writer = new CaptureWriter((bytes) => pieces.push(bytes));
  const event = new EventView(blankState);
  for (const thread of log.threads) {
    writer.thread(thread);
  }
  for (const { tid, record } of log.fds) {
    writer.fd(tid, record);
  }
  for (const { bytes, cpu, flags } of log.events) {
    event.reset(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, cpu);
    writer.event(event, flags);
  }
  writer.end();
  const again = logCapture(pieces);
  const expected = log.events.length === 0 ? 'capture.format' : undefined;
  if (again.failure?.code !== expected || again.events.length !== log.events.length) {
    throw new Error(
      `is not read again from what is written: ${again.failure?.message ?? again.events.length}`,
    );
  }
  if (again.threads.length !== log.threads.length || again.fds.length !== log.fds.length) {
    throw new Error('loses records when it is written');
  }
}

function findingError(problem: string, input: Uint8Array): Error {
  const hex = Buffer.from(input.subarray(0, maxShownBytes)).toString('hex');
  return new Error(`a capture of ${input.length} bytes ${problem}\n${hex}`);
}
