/** What losses are judged by. */
export interface WatchedRule {
  readonly name: string;
  /** Numbers of the event types that the rule has to see. */
  readonly eventIds: ReadonlySet<number>;
}

/** A time in which rules could not see all that they have to. */
export interface BlindInterval {
  /** ns since 1970. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  /** Names of the rules. */
  readonly rules: readonly string[];
  /** Events lost that the rules would have looked at, by the number of their type; 0 of those not asked for. */
  readonly lost: readonly (readonly [type: number, count: number])[];
}

/** An interval that goes on is told of after this time, and goes on as another one. */
const maxIntervalNs = 60_000_000_000n;

interface OpenInterval {
  fromNs: bigint;
  toNs: bigint;
  lost: number;
}

/** How long each rule was blind. */
export interface BlindTime {
  readonly intervals: number;
  readonly seconds: number;
}

/**
 * Turns counted losses into the intervals in which each rule was blind: from the last moment at which nothing had been
 * lost of what it needs to the first at which nothing more is.
 */
export class BlindWatch {
  #rules: readonly WatchedRule[] = [];
  #previous: ReadonlyMap<number, number> = new Map();
  #previousNs: bigint;
  readonly #open = new Map<number, OpenInterval>();
  readonly #times = new Map<string, { intervals: number; ns: bigint; untilNs: bigint }>();

  constructor(startNs: bigint) {
    this.#previousNs = startNs;
  }

  /** Rules that run from here on. */
  setRules(rules: readonly WatchedRule[]): void {
    this.#rules = rules;
  }

  /** Seconds that each rule was blind so far, of those that were. */
  times(): ReadonlyMap<string, BlindTime> {
    return new Map(
      [...this.#times].map(([rule, { intervals, ns }]) => [rule, { intervals, seconds: Number(ns) / 1e9 }]),
    );
  }

  /**
   * Takes the losses so far by event type, and the types that are not asked for at all; gives the intervals that have
   * ended.
   */
  note(lost: ReadonlyMap<number, number>, nowNs: bigint, shed: readonly number[] = []): BlindInterval[] {
    const ended: OpenIntervalOfType[] = [];
    for (const type of new Set([...lost.keys(), ...this.#open.keys(), ...shed])) {
      const count = (lost.get(type) ?? 0) - (this.#previous.get(type) ?? 0);
      const isBlind = count > 0 || shed.includes(type);
      if (isBlind) {
        this.#extend(type, count, nowNs);
      }
      const open = this.#open.get(type);
      if (open !== undefined && (!isBlind || nowNs - open.fromNs >= maxIntervalNs)) {
        this.#open.delete(type);
        ended.push({ type, ...open });
      }
    }
    this.#previous = new Map(lost);
    this.#previousNs = nowNs;
    return this.#intervals(ended);
  }

  /** Ends all intervals, at the end of a run. */
  end(): BlindInterval[] {
    const ended = [...this.#open].map(([type, open]) => ({ type, ...open }));
    this.#open.clear();
    return this.#intervals(ended);
  }

  #extend(type: number, count: number, nowNs: bigint): void {
    const open = this.#open.get(type) ?? { fromNs: this.#previousNs, toNs: nowNs, lost: 0 };
    open.toNs = nowNs;
    open.lost += count;
    this.#open.set(type, open);
  }

  /** One interval for all rules that were blind in the same time for the same reason. */
  #intervals(ended: readonly OpenIntervalOfType[]): BlindInterval[] {
    const groups = new Map<string, { rules: string[]; intervals: OpenIntervalOfType[] }>();
    for (const { name, eventIds } of ended.length === 0 ? [] : this.#rules) {
      const intervals = ended.filter(({ type }) => eventIds.has(type));
      if (intervals.length > 0) {
        const key = intervals.map(({ type }) => type).join();
        const group = groups.get(key) ?? { rules: [], intervals };
        group.rules.push(name);
        groups.set(key, group);
      }
    }
    return [...groups.values()].map(({ rules, intervals }) => this.#join(rules, intervals));
  }

  #join(rules: readonly string[], intervals: readonly OpenIntervalOfType[]): BlindInterval {
    let [{ fromNs, toNs } = { fromNs: 0n, toNs: 0n }] = intervals;
    for (const interval of intervals) {
      fromNs = interval.fromNs < fromNs ? interval.fromNs : fromNs;
      toNs = interval.toNs > toNs ? interval.toNs : toNs;
    }
    rules.forEach((rule) => {
      this.#count(rule, fromNs, toNs);
    });
    return {
      fromNs,
      toNs,
      rules,
      lost: intervals.map(({ type, lost }) => [type, lost] as const),
    };
  }

  // Intervals of different event types may overlap; a rule is blind once.
  #count(rule: string, fromNs: bigint, toNs: bigint): void {
    const time = this.#times.get(rule) ?? { intervals: 0, ns: 0n, untilNs: 0n };
    const from = fromNs > time.untilNs ? fromNs : time.untilNs;
    time.intervals++;
    time.ns += toNs > from ? toNs - from : 0n;
    time.untilNs = toNs > time.untilNs ? toNs : time.untilNs;
    this.#times.set(rule, time);
  }
}

interface OpenIntervalOfType extends OpenInterval {
  readonly type: number;
}
