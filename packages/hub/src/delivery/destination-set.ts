import type { PriorityName } from '@lanner/api';
import { AppError, nearest } from '@lanner/core';
import type { AlertTail } from '../alert-tail.ts';
import type { Destination, DestinationEffects, EventMessage, SidekickPlace } from '../destination.ts';
import { priorityOf } from '../intake/decode.ts';
import type { SidekickMetrics } from '../metrics/sidekick.ts';
import type { SidekickConfig } from '../sidekick-config/sidekick-config.ts';
import { sidekickKey } from '../sidekick-config/keys.ts';
import type { DeliveryStore } from '../store/delivery-store.ts';
import { Delivery, type DeliveryOptions, type DeliveryStatus } from './delivery.ts';

export interface DestinationSetOptions extends Pick<
  DeliveryOptions,
  'log' | 'now' | 'sleep' | 'random' | 'timeoutMs'
> {
  readonly config: SidekickConfig;
  readonly destinations: readonly Destination[];
  readonly effects: DestinationEffects;
  readonly tail: AlertTail;
  readonly store: DeliveryStore;
  readonly metrics: Pick<SidekickMetrics, 'output'>;
  /** Of each destination for people; null when they are told of everything. */
  readonly hourlyBudget?: number | null;
}

/** A destination that is switched on. */
export interface ActiveDestination {
  readonly name: string;
  readonly title: string;
  readonly audience: SidekickPlace['audience'];
  readonly delivery: Delivery;
}

/** Destinations that the configuration switches on, each with its delivery. */
export class DestinationSet {
  readonly active: readonly ActiveDestination[];
  /** Outputs that are configured, but that there is no destination for yet. */
  readonly unsupported: readonly string[];

  constructor(options: DestinationSetOptions) {
    const { config, destinations, log } = options;
    this.active = destinations.flatMap((destination) => {
      const place = destination.sidekick;
      return place !== undefined && config.enables(place)
        ? [activate(destination, place, options, this.#note.bind(this))]
        : [];
    });
    this.unsupported = config.unserved(destinations);
    for (const output of this.unsupported) {
      log.error('alerts do not go to an output that is configured: it is not supported yet', { output });
    }
  }

  #note(output: string, status: 'ok' | 'error', count: number): void {
    for (const { delivery } of this.active) {
      delivery.note(output, status, count);
    }
  }

  /** Tells destinations that carry metrics of alerts that came and were none. */
  noteRejected(count: number): void {
    for (const { delivery } of this.active) {
      delivery.noteRejected(count);
    }
  }

  /** Names as metrics have them. */
  static namesOf(config: SidekickConfig, destinations: readonly Destination[]): string[] {
    return destinations.flatMap(({ sidekick }) =>
      sidekick !== undefined && config.enables(sidekick) ? [sidekick.metricName] : [],
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.active.map(({ delivery }) => delivery.start()));
  }

  async close(graceMs: number): Promise<void> {
    await Promise.all(this.active.map(({ delivery }) => delivery.close(graceMs)));
  }

  statuses(): DeliveryStatus[] {
    return this.active.map(({ delivery }) => delivery.status());
  }

  /** Throws AppError 'store.missing' for a name that is not switched on. */
  named(name: string): ActiveDestination {
    const found = this.active.find((destination) => destination.name === name);
    if (found === undefined) {
      const guess = nearest(
        name,
        this.active.map((destination) => destination.name),
      );
      throw new AppError('store.missing', `no destination ${name} is switched on`, {
        ...(guess === null ? {} : { hint: `Did you mean ${guess}?` }),
      });
    }
    return found;
  }

  /** Sends one alert past the queue of a destination. */
  async sendNow(name: string, message: EventMessage): Promise<void> {
    await this.named(name).delivery.sendNow(message);
  }
}

function activate(
  destination: Destination,
  place: SidekickPlace,
  options: DestinationSetOptions,
  note: (output: string, status: 'ok' | 'error', count: number) => void,
): ActiveDestination {
  const { config, effects, tail, store, metrics, log, now, sleep, random, timeoutMs } = options;
  const { hourlyBudget = null } = options;
  const settings = config.settings(place.section);
  const delivery = new Delivery({
    name: place.metricName,
    audience: place.audience,
    minPriority: minPriorityOf(config, place),
    hourlyBudget: place.audience === 'people' ? hourlyBudget : null,
    open: () => destination.open(settings, effects),
    tail,
    store,
    timeoutMs,
    log,
    now,
    sleep,
    random,
    onResult: (status, count) => {
      metrics.output(place.metricName, status, count);
      note(place.metricName, status, count);
    },
  });
  return { name: place.metricName, title: destination.title, audience: place.audience, delivery };
}

/** Throws AppError 'config.invalid' for a text that is no priority: upstream takes it as none, and sends everything. */
function minPriorityOf(config: SidekickConfig, { section }: SidekickPlace): PriorityName | null {
  const key = `${section}.minimumpriority`;
  if (sidekickKey(key) === undefined) {
    return null;
  }
  const text = config.text(key);
  const priority = text === '' ? null : priorityOf(text);
  if (priority === undefined) {
    throw new AppError('config.invalid', `${key}: '${text}' is no priority`, {
      hint: 'There are emergency, alert, critical, error, warning, notice, informational and debug.',
    });
  }
  return priority;
}
