import { type FalcoEvent, type NewAlert, splitInside } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { SidekickMetrics } from '../metrics/sidekick.ts';
import type { BatchOrigin } from '../store/alert-store.ts';
import type { AlertWriter } from './alert-writer.ts';
import { decodeInside } from './decode-inside.ts';
import { decodeEvent, type ReceivedEvent, testRule } from './decode.ts';
import { enrich, type Enrichment } from './enrich.ts';
import { MatchedSampling } from './matched-sampling.ts';

export interface EventIntakeOptions {
  readonly writer: AlertWriter;
  readonly metrics: Pick<SidekickMetrics, 'input' | 'event'>;
  readonly enrichment: Enrichment;
  readonly uuid: () => string;
  readonly now: () => number;
}

/** Takes events in falcosidekick's form: checks, adds, stores. */
export class EventIntake {
  readonly #options: EventIntakeOptions;
  readonly #sampling = new MatchedSampling();

  constructor(options: EventIntakeOptions) {
    this.#options = options;
  }

  /** Groups of alerts that were forgotten in choosing of which alerts it is kept why they matched. */
  get sampledGroupsEvicted(): number {
    return this.#sampling.evictions;
  }

  /** Resolves when the event is on disk. Throws AppError 'alert.invalid' for what is none, and what the writer throws. */
  async take(body: string): Promise<FalcoEvent> {
    const { enrichment, uuid, metrics } = this.#options;
    let received: ReceivedEvent;
    let event: FalcoEvent;
    try {
      received = decodeEvent(body);
      event = enrich(received, uuid(), enrichment);
    } catch (error) {
      if (error instanceof AppError) {
        metrics.input('rejected');
      }
      throw error;
    }
    await this.#store(event, received.timeUs);
    return event;
  }

  /**
   * Takes many at once, in order. Those that are none are counted and left out; rejects when the rest is not on disk.
   * Each is Falco's JSON, with what it has inside behind it (`joinInside`). What an agent sends is of its node.
   */
  async takeAll(bodies: readonly string[], origin?: BatchOrigin, node?: string): Promise<void> {
    const { writer, metrics, enrichment, uuid } = this.#options;
    const alerts: NewAlert[] = [];
    for (const body of bodies) {
      try {
        const { line, inside } = splitInside(body);
        const received = decodeEvent(line);
        const alert = writer.alertOf(enrich(received, uuid(), enrichment), received.timeUs, node);
        alerts.push(this.#sampling.thin({ ...alert, ...decodeInside(inside) }));
      } catch (error) {
        if (!(error instanceof AppError)) {
          throw error;
        }
        metrics.input('rejected');
      }
    }
    // A batch of which nothing is left is remembered all the same.
    if (alerts.length > 0 || origin !== undefined) {
      await writer.write(alerts, origin);
      metrics.input('accepted', alerts.length);
      alerts.forEach(({ event }) => {
        metrics.event(event);
      });
    }
  }

  /** Counts a request that cannot bring an event. */
  refuse(): void {
    this.#options.metrics.input('rejected');
  }

  /** Stores an alert that only shows whether everything works. */
  async test(): Promise<FalcoEvent> {
    const nowMs = this.#options.now();
    const received: ReceivedEvent = {
      output: 'This is a test from falcosidekick',
      priority: 'Debug',
      rule: testRule,
      time: new Date(nowMs).toISOString(),
      timeUs: nowMs * 1000,
      source: 'internal',
      hostname: 'falcosidekick',
      output_fields: { 'proc.name': 'falcosidekick', 'user.name': 'falcosidekick' },
      tags: ['test', 'example'],
    };
    const event = enrich(received, this.#options.uuid(), this.#options.enrichment);
    await this.#store(event, received.timeUs);
    return event;
  }

  async #store(event: FalcoEvent, timeUs: number): Promise<void> {
    const { writer, metrics } = this.#options;
    await writer.write([writer.alertOf(event, timeUs)]);
    metrics.input('accepted');
    metrics.event(event);
  }
}
