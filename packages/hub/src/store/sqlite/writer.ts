import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Retention } from '../store.ts';
import { AlertTable } from './alert-table.ts';
import { asStoreError, damageOf } from './connection.ts';
import { type Mended, Mender } from './mender.ts';
import { FindingRetention } from './finding-retention.ts';
import { FindingWriter } from './finding-writer.ts';
import { Remover, type RemovalReason, sweepDictionary } from './retention.ts';
import { packError, type ThreadAnswer, type ThreadRequest } from './rpc.ts';
import { addTo, blockRows, Sealer } from './sealer.ts';
import { SmallTables } from './small-tables.ts';
import { inTransaction } from './transaction.ts';
import { usedBytes } from './usage.ts';

export interface WriterOptions {
  readonly database: DatabaseSync;
  readonly path: string;
  readonly retention: Retention;
  readonly segmentRows: number;
  readonly now: () => number;
  readonly answer: (answer: ThreadAnswer) => void;
}

/** Alerts that one commit may take, about. */
const maxPerCommit = 4096;
/** Segments' worth of alerts in the tail at which as many are packed as come. */
const usualTail = 1.5;
/** Removed segments after which values that nothing has any more are looked for. */
const sweepEvery = 16;

type WriteMethod = (...args: never[]) => unknown;

/** What the writing thread can be asked; `seen` and `maintain` are no part of a shared commit. */
export type WriterMethods = ReturnType<Writer['writes']> &
  Readonly<{
    seen: AlertTable['seen'];
    maintain: (nowMs: number, keepAge: boolean) => Promise<void>;
    mend: () => Promise<Mended>;
    checkpoint: () => void;
    stop: () => void;
  }>;

/** Carries out what arrives, in order; what waits at the same time shares one commit. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #database: DatabaseSync;
  readonly #alerts: AlertTable;
  readonly #sealer: Sealer;
  readonly #remover: Remover;
  readonly #findings: FindingWriter;
  readonly #findingRetention: FindingRetention;
  readonly #writes: Readonly<Record<string, WriteMethod>>;
  #queue: ThreadRequest[] = [];
  #running = false;
  #removedSegments = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#database = options.database;
    this.#alerts = new AlertTable(options.database);
    this.#sealer = new Sealer(options.database, options.segmentRows);
    this.#remover = new Remover(options.database);
    this.#findings = new FindingWriter(options.database);
    this.#findingRetention = new FindingRetention(options.database, this.#findings);
    this.#writes = this.writes();
  }

  /** What is written within a commit. */

  writes() {
    const small = new SmallTables(this.#database, this.#options.now);
    const findings = this.#findings;
    const alerts = this.#alerts;
    return {
      append: alerts.append.bind(alerts),
      act: alerts.act.bind(alerts),
      openDelivery: (destination: string) => small.openDelivery(destination, alerts.lastPosition),
      advance: small.advance.bind(small),
      bury: small.bury.bind(small),
      forget: small.forget.bind(small),
      putDocument: small.putDocument.bind(small),
      removeDocument: small.removeDocument.bind(small),
      audit: small.audit.bind(small),
      touch: () => addTo(this.#database, 'touched', 1),
      recordFindings: findings.record.bind(findings),
      retire: findings.retire.bind(findings),
      putInventory: findings.putInventory.bind(findings),
      recordEvidence: findings.recordEvidence.bind(findings),
    };
  }

  take(request: ThreadRequest): void {
    this.#queue.push(request);
    if (!this.#running) {
      this.#running = true;
      setImmediate(() => void this.#run());
    }
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 || this.#sealDue()) {
      const before = this.#alerts.lastPosition;
      const batch = this.#nextBatch();
      if (batch.length > 0) {
        this.#commit(batch);
      }
      await this.#alone();
      this.#seal(this.#alerts.lastPosition - before);
      await nextTurn();
    }
    this.#running = false;
  }

  /** What shares the next commit. */
  #nextBatch(): ThreadRequest[] {
    let alerts = 0;
    let end = 0;
    for (const { name, args } of this.#queue) {
      if (!(name in this.#writes) || alerts >= maxPerCommit) {
        break;
      }
      alerts += name === 'append' ? (args[0] as readonly unknown[]).length : 1;
      end++;
    }
    return this.#queue.splice(0, end);
  }

  #commit(batch: readonly ThreadRequest[]): void {
    const answers: ThreadAnswer[] = [];
    try {
      inTransaction(this.#database, () => {
        for (const request of batch) {
          answers.push(this.#write(request));
        }
      });
    } catch (error) {
      this.#reload();
      for (const { id } of batch) {
        this.#fail(id, error);
      }
      return;
    }
    for (const answer of answers) {
      this.#options.answer(answer);
    }
  }

  /** An expected refusal costs only who asked; what it wrote before is taken back. */
  #write({ id, name, args }: ThreadRequest): ThreadAnswer {
    this.#database.exec('SAVEPOINT one');
    try {
      const value = this.#writes[name]?.(...(args as never[]));
      this.#database.exec('RELEASE one');
      return { id, value };
    } catch (error) {
      const mapped = asStoreError(error, this.#options.path);
      if (mapped !== error || !this.#database.isTransaction) {
        throw error;
      }
      this.#database.exec('ROLLBACK TO one; RELEASE one');
      if (name === 'append') {
        this.#alerts.reload();
      }
      return { id, error: packError(error, null) };
    }
  }

  /** What is remembered may have been taken back. */
  #reload(): void {
    this.#attempt(() => this.#alerts.reload());
  }

  /** Requests at the head of the queue that are no part of a commit. */
  async #alone(): Promise<void> {
    for (;;) {
      const [request] = this.#queue;
      if (request === undefined || request.name in this.#writes) {
        return;
      }
      this.#queue.shift();
      try {
        this.#options.answer({ id: request.id, value: await this.#special(request) });
      } catch (error) {
        this.#fail(request.id, error);
      }
    }
  }

  #special({ name, args }: ThreadRequest): unknown {
    switch (name) {
      case 'seen':
        return this.#alerts.seen(args[0] as readonly string[]);
      case 'maintain':
        return this.#maintain(args[0] as number, args[1] as boolean);
      case 'mend':
        return this.#mend();
      case 'checkpoint':
        this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        return undefined;
      default:
        throw new Error(`the thread that writes does not know ${name}`);
    }
  }

  #fail(id: number, error: unknown): void {
    this.#options.answer({
      id,
      error: packError(asStoreError(error, this.#options.path), damageOf(error)),
    });
  }

  #sealDue(): boolean {
    return this.#alerts.tailLength > this.#options.segmentRows;
  }

  /** One step; as many as keep the tail short when much comes: what comes then has to wait. */
  #seal(committed: number): void {
    const pace = this.#alerts.tailLength / (usualTail * this.#options.segmentRows);
    const steps = Math.max(1, Math.ceil((committed / blockRows) * pace));
    for (let step = 0; step < steps && this.#sealDue(); step++) {
      this.#attempt(() => {
        if (this.#sealer.step()) {
          this.#alerts.reload();
        }
      });
    }
  }

  /** Work of our own: when it fails, a write tells of it soon enough. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#sealer.reset();
      if (asStoreError(error, this.#options.path) === error) {
        throw error;
      }
    }
  }

  async #maintain(nowMs: number, keepAge: boolean): Promise<void> {
    const { retention } = this.#options;
    // A write, so that a disk that does not take any is noticed when nothing else comes.
    this.#database
      .prepare("INSERT OR REPLACE INTO counter (name, value) VALUES ('clock_ms', ?)")
      .run(Math.round(nowMs));
    const horizon = nowMs - retention.maxAgeMs;
    if (!keepAge && Number.isFinite(horizon)) {
      await this.#remove('removed_by_age', () => this.#remover.byAge(horizon));
    }
    if (!keepAge && this.#findingRetention.isDue(nowMs)) {
      inTransaction(this.#database, () => {
        this.#findingRetention.tidy(nowMs, horizon);
      });
    }
    await this.#remove('removed_by_size', () =>
      usedBytes(this.#database, this.#options.path) > retention.maxBytes ? this.#remover.oldest() : 0,
    );
    if (this.#removedSegments >= sweepEvery) {
      this.#removedSegments = 0;
      this.#sweep();
    }
    // The file gets shorter when the log is written into it.
    this.#database.exec('PRAGMA incremental_vacuum(4096); PRAGMA wal_checkpoint(PASSIVE)');
  }

  #sweep(): void {
    try {
      inTransaction(this.#database, () => {
        sweepDictionary(this.#database);
      });
    } catch (error) {
      this.#reload();
      throw error;
    }
    this.#alerts.dictionary.forget();
  }

  /** Repeats a step until nothing is left to do; commits of others go in between. */
  async #remove(_reason: RemovalReason, step: () => number): Promise<void> {
    while (step() > 0) {
      this.#removedSegments++;
      this.#sealer.reset();
      this.#alerts.reload();
      await this.#letOthers();
    }
  }

  /** Looks through everything that is packed, and makes damaged parts anew or sets them aside. */
  async #mend(): Promise<Mended> {
    const mender = new Mender(this.#database, this.#alerts.dictionary);
    this.#sealer.reset();
    const found: Mended[] = [mender.mendTables(), mender.mendTail(), mender.mendTailValues()];
    for (const segment of mender.segments()) {
      found.push(mender.mend(segment));
      await this.#letOthers();
    }
    this.#alerts.reload();
    let lost = 0;
    found.forEach((each) => (lost += each.lost));
    return { lost, parts: found.flatMap(({ parts }) => parts) };
  }

  /** Commits of others go in between. */
  async #letOthers(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length > 0) {
      this.#commit(batch);
    }
    await nextTurn();
  }
}
