import type { EventView } from '../event.ts';
import type { Plan } from '../plan.ts';
import { type EventMatcher, type EventProbes, generateProbes } from './codegen.ts';

/** How rules are timed while they run. */
export interface RuleSampling {
  /** One of about so many events that rules are asked about is timed; at least 2. */
  readonly every: number;
  /** Any clock in milliseconds that only goes forward. */
  readonly clockMs: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** What the evaluation of rules took, of the events that were timed. */
export interface RuleTimes {
  /** Events that were timed as a whole, and what that took. */
  readonly events: number;
  readonly eventNs: number;
  /** Events whose rules were timed one by one. */
  readonly probed: number;
  /** By the name of the rule; what rules have in common is spread over them. */
  readonly ruleNs: ReadonlyMap<string, number>;
}

/** What is timed: the rules for one type of events. */
export interface TimedMatcher {
  readonly matcher: EventMatcher;
  readonly rules: readonly { readonly name: string }[];
  readonly plans: readonly Plan[];
}

/** What takes longer was interrupted by something else: the processor did other work meanwhile. */
const interruptedMs = 0.05;
const calibrations = 64;

/**
 * Times the rules of events that are drawn. Some events are timed as a whole, as they are always evaluated; of others each
 * rule is timed by itself, from another one on each time: whatever rules share is paid by the first that needs it, and so
 * each of them pays its part of it over many events.
 */
export class RuleTimer {
  readonly #sampling: RuleSampling;
  readonly #probes = new WeakMap<TimedMatcher, EventProbes>();
  readonly #ruleNs = new Map<string, number>();
  #left: number;
  #isProbing = false;
  #events = 0;
  #eventNs = 0;
  #probed = 0;
  /** What reading the clock takes. */
  #clockCostMs: number | null = null;

  constructor(sampling: RuleSampling) {
    this.#sampling = sampling;
    this.#left = this.#distance();
  }

  /** To be called for each event that rules are asked about; most of the time it only counts. */
  note(entry: TimedMatcher, event: EventView): void {
    if (--this.#left > 0) {
      return;
    }
    this.#left = this.#distance();
    if (this.#isProbing) {
      this.#probe(entry, event);
    } else {
      this.#whole(entry, event);
    }
    this.#isProbing = !this.#isProbing;
  }

  times(): RuleTimes {
    return {
      events: this.#events,
      eventNs: this.#eventNs,
      probed: this.#probed,
      ruleNs: this.#ruleNs,
    };
  }

  /** An even distance would meet the same event of a program that does the same again and again. */
  #distance(): number {
    const { every, random } = this.#sampling;
    return 1 + Math.floor(random() * (2 * every - 1));
  }

  #whole({ matcher }: TimedMatcher, event: EventView): void {
    const { clockMs } = this.#sampling;
    const clockCostMs = (this.#clockCostMs ??= this.#calibrate());
    const before = clockMs();
    matcher.first(event);
    const tookMs = clockMs() - before - clockCostMs;
    if (tookMs < interruptedMs) {
      this.#events++;
      this.#eventNs += Math.max(0, tookMs) * 1e6;
    }
  }

  #probe(entry: TimedMatcher, event: EventView): void {
    const { clockMs, random } = this.#sampling;
    const clockCostMs = (this.#clockCostMs ??= this.#calibrate());
    const probes = this.#probesOf(entry);
    const { rules } = entry;
    const from = Math.floor(random() * rules.length);
    probes.reset();
    let before = clockMs();
    for (let step = 0; step < rules.length; step++) {
      const place = (from + step) % rules.length;
      probes.holds[place]?.(event);
      const after = clockMs();
      const tookMs = after - before - clockCostMs;
      before = after;
      if (tookMs > 0 && tookMs < interruptedMs) {
        const { name } = rules[place] ?? { name: '' };
        this.#ruleNs.set(name, (this.#ruleNs.get(name) ?? 0) + tookMs * 1e6);
      }
    }
    this.#probed++;
  }

  #probesOf(entry: TimedMatcher): EventProbes {
    const known = this.#probes.get(entry) ?? generateProbes(entry.plans);
    this.#probes.set(entry, known);
    return known;
  }

  #calibrate(): number {
    const { clockMs } = this.#sampling;
    let least = Infinity;
    for (let turn = 0; turn < calibrations; turn++) {
      const before = clockMs();
      least = Math.min(least, clockMs() - before);
    }
    return least;
  }
}
