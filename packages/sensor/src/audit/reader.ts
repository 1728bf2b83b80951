import type { AppError } from '@lanner/core';
import { auditSource, type EventView } from '@lanner/engine';
import { Documents, type Found } from './documents.ts';
import { PluginEventBuilder } from './event-builder.ts';
import { type Line, LineSplitter } from './line-splitter.ts';
import { auditError, type AuditProblem } from './problem.ts';
import { type AuditRecord, recordsOf } from './records.ts';

/** `event`: the view stands on the next event; `more`: push a chunk or say `end`; `end`: the input is over. */
export type AuditStep = 'event' | 'more' | 'end';

export interface AuditLimits {
  /** Longest line, and longest document of several lines, in bytes. Default 12 MiB, as Falco's webhook. */
  readonly documentBytes?: number;
  /** Longest audit event in bytes, without white space. Default 256 KiB, as Falco's `maxEventSize`. */
  readonly eventBytes?: number;
  /** Items that are skipped with a word about it; further ones are only counted. Default 1,000. */
  readonly toldProblems?: number;
}

/** Number of Falco's plugin k8saudit, which its events carry in captures. */
export const k8sauditPluginId = 1;

/**
 * Reads Kubernetes audit events from bytes as they come: one event a line, an EventList, an array, or JSON over several
 * lines, also mixed. `push` a chunk, call `next` until it says `more`, and so on; after the last chunk `end`.
 * Each audit event becomes a scap plugin event, in a buffer that the next one overwrites.
 *
 * Items that cannot be used are skipped and counted; `onProblem` is told of them with AppError `audit.parse`, which has
 * the line. Nothing is thrown, and memory is bounded by `AuditLimits`, whatever the input says.
 */
export class AuditReader {
  /** Audit events given out. */
  events = 0;
  /** Items that could not be used. */
  skipped = 0;
  readonly #splitter: LineSplitter;
  readonly #documents: Documents;
  readonly #eventBytes: number;
  readonly #toldProblems: number;
  readonly #onProblem: (problem: AppError) => void;
  readonly #builder = new PluginEventBuilder(k8sauditPluginId);
  #records: Iterator<AuditRecord | AuditProblem, void> = [].values();
  #hasEnded = false;

  constructor(onProblem: (problem: AppError) => void, limits: AuditLimits = {}) {
    const documentBytes = limits.documentBytes ?? 12 * 1024 * 1024;
    this.#onProblem = onProblem;
    this.#eventBytes = limits.eventBytes ?? 256 * 1024;
    this.#toldProblems = limits.toldProblems ?? 1000;
    this.#splitter = new LineSplitter(documentBytes);
    this.#documents = new Documents(documentBytes);
  }

  /** Size in bytes of the buffer for events. */
  get bufferedBytes(): number {
    return this.#builder.bufferedBytes;
  }

  /** Takes the next bytes; call only after `next` has said `more`. They must stay untouched until it says so again. */
  push(chunk: Uint8Array): void {
    this.#records = this.#read(this.#splitter.push(chunk));
  }

  /** No more bytes will come. */
  end(): void {
    this.#records = this.#readLast();
    this.#hasEnded = true;
  }

  /** Moves the view to the next event, whose source and plugin number it sets as well. */
  next(event: EventView): AuditStep {
    for (;;) {
      const step = this.#records.next();
      if (step.done === true) {
        return this.#hasEnded ? 'end' : 'more';
      }
      const record = step.value;
      if ('problem' in record) {
        this.#skip(record);
        continue;
      }
      this.events++;
      this.#builder.build(event, record.ts, record.json);
      event.source = auditSource;
      event.pluginId = k8sauditPluginId;
      return 'event';
    }
  }

  #skip(problem: AuditProblem): void {
    if (this.skipped++ < this.#toldProblems) {
      this.#onProblem(auditError(problem));
    }
  }

  *#read(lines: Iterable<Line>): Generator<AuditRecord | AuditProblem, void> {
    for (const line of lines) {
      yield* this.#toRecords(this.#documents.push(line));
    }
  }

  *#readLast(): Generator<AuditRecord | AuditProblem, void> {
    yield* this.#read(this.#splitter.end());
    yield* this.#toRecords(this.#documents.end());
  }

  *#toRecords(found: Iterable<Found>): Generator<AuditRecord | AuditProblem, void> {
    for (const item of found) {
      if ('problem' in item) {
        yield item;
      } else {
        yield* recordsOf(item.root, { line: item.line }, { eventBytes: this.#eventBytes }, item.isRemnant);
      }
    }
  }
}
