import { recordEnd } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { z } from 'zod';
import type { EventIntake } from '../intake/event-intake.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { FindingStore, ScanPart } from '../store/finding-store.ts';
import { FindingsPartShape, FindingsShape } from './shapes.ts';

export interface AgentIntakeOptions {
  readonly alerts: Pick<AlertStore, 'append' | 'lastSequence'>;
  readonly findings: Pick<FindingStore, 'record'>;
  readonly intake: Pick<EventIntake, 'takeAll'>;
  readonly log: Log;
}

/** Where a batch comes from. */
export interface BatchSource {
  readonly agent: string;
  /** What the agent's node is called; its alerts are of this node, whatever they say. */
  readonly node: string;
  readonly spool: string;
}

/** A record of a batch. */
export interface BatchRecord {
  readonly number: number;
  readonly kind: string;
  readonly payload: string;
}

interface Known {
  readonly spool: string;
  readonly last: number;
}

/** Batches of one agent that may wait for each other. */
const maxWaiting = 4;

/** Stores what agents send, each record once, however often it comes. */
export class AgentIntake {
  readonly #options: AgentIntakeOptions;
  /** The last record of each agent that is on disk. */
  readonly #known = new Map<string, Known>();
  readonly #running = new Map<string, { last: Promise<unknown>; waiting: number }>();
  /** Records that were none, or that nobody here wants. */
  rejected = 0;
  records = 0;
  repeated = 0;

  constructor(options: AgentIntakeOptions) {
    this.#options = options;
  }

  /** The last record of a spool that is on disk; 0 for none. */
  async lastOf({ agent, spool }: Omit<BatchSource, 'node'>): Promise<number> {
    const known = this.#known.get(agent);
    if (known?.spool === spool) {
      return known.last;
    }
    const last = await this.#options.alerts.lastSequence(originOf(agent, spool));
    const meanwhile = this.#known.get(agent);
    if (meanwhile?.spool === spool && meanwhile.last > last) {
      // A batch was stored after the question had been asked.
      return meanwhile.last;
    }
    this.#known.set(agent, { spool, last });
    return last;
  }

  /**
   * Gives the number of the last record that is on disk. Throws AppError 'server.busy' and what the store throws; a part
   * of the batch may be stored then, and is not stored again.
   */
  take(source: BatchSource, records: readonly BatchRecord[]): Promise<number> {
    const { agent } = source;
    const before = this.#running.get(agent) ?? { last: Promise.resolve(), waiting: 0 };
    if (before.waiting >= maxWaiting) {
      throw new AppError('server.busy', 'earlier batches of this agent are not on disk yet');
    }
    const work = before.last.then(() => this.#takeNext(source, records));
    const queue = { last: work.catch(() => undefined), waiting: before.waiting + 1 };
    this.#running.set(agent, queue);
    return work.finally(() => {
      const current = this.#running.get(agent);
      if (current !== undefined && --current.waiting <= 0) {
        this.#running.delete(agent);
      }
    });
  }

  /** Forgets an agent that may not send any more. */
  forget(agent: string): void {
    this.#known.delete(agent);
  }

  async #takeNext(source: BatchSource, records: readonly BatchRecord[]): Promise<number> {
    const last = await this.lastOf(source);
    const fresh = records.filter(({ number }) => number > last);
    this.repeated += records.length - fresh.length;
    try {
      for (const run of runsOf(fresh)) {
        await this.#store(source, run);
        this.#known.set(source.agent, { spool: source.spool, last: run.at(-1)?.number ?? last });
        this.records += run.length;
      }
    } catch (error) {
      // What was stored of it is asked for anew.
      this.#known.delete(source.agent);
      throw error;
    }
    return fresh.at(-1)?.number ?? last;
  }

  /** Records of one kind that follow each other, with the number of the last as what is stored up to there. */
  async #store({ agent, node, spool }: BatchSource, run: readonly BatchRecord[]): Promise<void> {
    const { intake, alerts } = this.#options;
    const [{ kind, number: first } = { kind: '', number: 0 }] = run;
    const origin = { agent: originOf(agent, spool), sequence: run.at(-1)?.number ?? first };
    const payloads = run.map(({ payload }) => payload);
    if (kind === 'alert') {
      await intake.takeAll(payloads, origin, node);
      return;
    }
    for (const payload of payloads) {
      await this.#storeOther(kind, payload, node);
    }
    await alerts.append([], [], origin);
  }

  /** Storing the same scan twice changes nothing, so a crash before its number is written does no harm. */
  async #storeOther(kind: string, payload: string, node: string): Promise<void> {
    const { findings, log } = this.#options;
    const scan = scanOf(kind, payload);
    if (scan === null) {
      this.rejected++;
      log.warn('record of an agent was not understood', { node, kind });
      return;
    }
    const { artifact, findings: found, atMs, part } = scan;
    await findings.record(artifact, found, atMs, part);
  }
}

type Scan = z.output<typeof FindingsShape> & { readonly part?: ScanPart };

/** Null for what is none. */
function scanOf(kind: string, payload: string): Scan | null {
  switch (kind) {
    case 'findings':
      return FindingsShape.safeParse(parseJson(payload)).data ?? null;
    case 'findings-part':
      return FindingsPartShape.safeParse(parseJson(payload)).data ?? null;
    default:
      return null;
  }
}

function originOf(agent: string, spool: string): string {
  return `${agent}/${spool}`;
}

function* runsOf(records: readonly BatchRecord[]): Generator<readonly BatchRecord[]> {
  let start = 0;
  for (let end = 1; end <= records.length; end++) {
    if (records[end]?.kind !== records[start]?.kind) {
      yield records.slice(start, end);
      start = end;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not understood, as any other shape that is none.
    return null;
  }
}

/** The records of a batch, in growing order. What is none is left out, and counted. */
export function readBatch(text: string): { records: BatchRecord[]; malformed: number } {
  const records: BatchRecord[] = [];
  let malformed = 0;
  let before = 0;
  for (const part of text.split(recordEnd)) {
    const record = readRecord(part);
    if (record !== null && record.number > before) {
      records.push(record);
      before = record.number;
    } else if (part !== '') {
      malformed++;
    }
  }
  return { records, malformed };
}

function readRecord(text: string): BatchRecord | null {
  const afterNumber = text.indexOf(' ');
  const afterKind = text.indexOf(' ', afterNumber + 1);
  const number = text.slice(0, Math.max(0, afterNumber));
  return afterKind < 0 || !/^[1-9]\d{0,15}$/.test(number) || !Number.isSafeInteger(Number(number))
    ? null
    : {
        number: Number(number),
        kind: text.slice(afterNumber + 1, afterKind),
        payload: text.slice(afterKind + 1),
      };
}
