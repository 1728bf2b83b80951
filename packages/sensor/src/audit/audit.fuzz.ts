import { AppError } from '@lanner/core';
import { EventView } from '@lanner/engine';
import { testState } from '@lanner/engine/testkit';
import { latin1, writeLatin1 } from '../capture/latin1.ts';
import { type AuditLimits, AuditReader } from './reader.ts';
import { makeInput, randomFrom, type Random } from './testkit/fuzz-input.ts';

export interface FuzzResult {
  readonly iterations: number;
  readonly events: number;
  readonly skipped: number;
  /** Of the iteration that took longest. */
  readonly slowestMs: number;
}

/** What a reader made of an input. */
interface Outcome {
  readonly events: readonly string[];
  readonly skipped: number;
}

const defaultEventBytes = 256 * 1024;
const slowestAllowedMs = 5_000;

/**
 * Feeds the audit reader documents of audit events that are damaged in their structure and in their bytes.
 * Holds it to what it promises: it throws nothing, tells of problems as AppError `audit.parse` with a line of the
 * input, keeps to its limits, gives the same events however the input is cut, and ends in time.
 * Throws an Error with seed, iteration and input at the first breach.
 */
export function fuzzAudit(iterations: number, seed: number): FuzzResult {
  const random = randomFrom(seed);
  let events = 0;
  let skipped = 0;
  let slowestMs = 0;
  for (let i = 0; i < iterations; i++) {
    const input = makeInput(random);
    const limits = makeLimits(random);
    try {
      const started = performance.now();
      const whole = outcomeOf(input, limits, () => input.length);
      slowestMs = Math.max(slowestMs, performance.now() - started);
      assertSame(whole, outcomeOf(input, limits, chunkSizes(random)));
      check(slowestMs < slowestAllowedMs, `an input took ${slowestMs} ms`);
      events += whole.events.length;
      skipped += whole.skipped;
    } catch (error) {
      throw new Error(`seed ${seed}, iteration ${i}, input ${JSON.stringify(input)}`, { cause: error });
    }
  }
  return { iterations, events, skipped, slowestMs };
}

function makeLimits(random: Random): AuditLimits {
  return random(4) === 0
    ? {}
    : { documentBytes: 1000 * 10 ** random(4), eventBytes: 100 * 10 ** random(4), toldProblems: 50 };
}

function chunkSizes(random: Random): () => number {
  const most = 1 + random(200);
  return () => 1 + random(most);
}

function outcomeOf(input: string, limits: AuditLimits, nextSize: () => number): Outcome {
  const bytes = new Uint8Array(input.length);
  writeLatin1(bytes, 0, input);
  const lines = input.split('\n').length;
  let told = 0;
  const reader = new AuditReader((problem) => {
    told++;
    checkProblem(problem, lines);
  }, limits);
  const event = new EventView(testState(), latin1);
  const events: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.max(1, nextSize()));
    reader.push(bytes.subarray(at, end));
    drain(reader, event, limits, events);
    at = end;
  }
  reader.end();
  drain(reader, event, limits, events);
  check(reader.events === events.length, 'the count of events is wrong');
  check(told === Math.min(reader.skipped, limits.toldProblems ?? 1000), 'a problem was not told');
  check(
    reader.bufferedBytes <= 8192 + 2 * (limits.eventBytes ?? defaultEventBytes),
    'the buffer has grown beyond the limit',
  );
  return { events, skipped: reader.skipped };
}

function drain(reader: AuditReader, event: EventView, limits: AuditLimits, events: string[]): void {
  while (reader.next(event) === 'event') {
    const json = event.raw(1);
    check(event.source === 'k8s_audit' && event.pluginId === 1 && event.u32(0) === 1, 'not an audit event');
    check(
      event.info.code === 'PLUGINEVENT_E' && event.paramCount === 2 && event.tid === -1,
      'not a plugin event',
    );
    check(
      json.length <= (limits.eventBytes ?? defaultEventBytes) && json.length === event.length(1),
      'an event beyond the limit',
    );
    check(json.startsWith('{') && json.endsWith('}'), 'an event that is no object');
    events.push(`${event.ts} ${json}`);
  }
}

function checkProblem(problem: unknown, lines: number): void {
  check(problem instanceof AppError && problem.code === 'audit.parse', 'a problem that is no audit.parse');
  // The line above has settled what it is.
  const { details, hint } = problem as AppError;
  const { line } = details;
  check(
    typeof line === 'number' && line >= 1 && line <= lines,
    `a problem in line ${String(line)} of ${lines}`,
  );
  check(hint !== undefined, 'a problem without a hint');
}

function assertSame(whole: Outcome, pieces: Outcome): void {
  check(whole.skipped === pieces.skipped, 'another number of problems when cut differently');
  check(whole.events.join('\n') === pieces.events.join('\n'), 'other events when cut differently');
}

function check(holds: boolean, message: string): void {
  if (!holds) {
    throw new Error(message);
  }
}
