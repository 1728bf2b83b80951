import { eventTable, systemCalls } from '@lanner/engine';

/** What the sensor may use. */
export interface Budget {
  /** Share of one processor, 0 to 1; null: any. */
  readonly cpuRatio: number | null;
  readonly rssBytes: number | null;
}

export interface Usage {
  /** Processor time of the thread so far, in seconds. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly nowMs: number;
}

/** Seconds over budget before something is given up, and well below it before something is taken back. */
const overLimit = 5;
const belowLimit = 60;
/** Well below: what was given up may cost as much again. */
const belowShare = 0.5;

/** Without these nothing else can be understood. */
const essential: ReadonlySet<number> = new Set(
  systemCalls
    .filter(({ name }) => ['clone', 'clone3', 'fork', 'vfork', 'execve', 'execveat'].includes(name))
    .map(({ event }) => event),
);

/** Gives up event types, the most frequent first, while the sensor needs more than it may. */
export class Shedder {
  /** Numbers of event types, in the order in which they were given up. */
  readonly shed: number[] = [];
  readonly #budget: Budget;
  #previous: Usage | null = null;
  #over = 0;
  #below = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Looks at the last second; true when `shed` has changed. `counts` are its events by type. */
  note(usage: Usage, counts: ArrayLike<number>): boolean {
    const load = this.#loadOf(usage);
    this.#previous = usage;
    this.#over = load > 1 ? this.#over + 1 : 0;
    this.#below = load < belowShare ? this.#below + 1 : 0;
    if (this.#over >= overLimit) {
      this.#over = 0;
      return this.#giveUp(counts);
    }
    if (this.#below >= belowLimit && this.shed.length > 0) {
      this.#below = 0;
      this.shed.pop();
      return true;
    }
    return false;
  }

  /** Share of the budget that is used; above 1 it is not enough. */
  #loadOf({ cpuSeconds, rssBytes, nowMs }: Usage): number {
    const { cpuRatio, rssBytes: maxRss } = this.#budget;
    const before = this.#previous;
    const seconds = before === null ? 0 : (nowMs - before.nowMs) / 1000;
    const cpu =
      cpuRatio === null || before === null || seconds <= 0
        ? 0
        : (cpuSeconds - before.cpuSeconds) / seconds / cpuRatio;
    return Math.max(cpu, maxRss === null ? 0 : rssBytes / maxRss);
  }

  #giveUp(counts: ArrayLike<number>): boolean {
    let most = -1;
    for (let type = 0; type < counts.length; type++) {
      const isEssential = essential.has(type) || eventTable[type]?.name === 'procexit';
      if (!isEssential && !this.shed.includes(type) && (counts[type] ?? 0) > (counts[most] ?? 0)) {
        most = type;
      }
    }
    if (most < 0) {
      return false;
    }
    this.shed.push(most);
    return true;
  }
}
