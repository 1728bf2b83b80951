import { AppError, type Log } from '@lanner/core';
import { deriveFilter, eventTable, filteredRules, type LoadedRule, type RuleSet } from '@lanner/engine';
import { type BaseSyscalls, namedCalls, selectInterest } from './interest.ts';
import type { LiveSource } from './sensor-port.ts';
import { type Budget, Shedder, type Usage } from './shedder.ts';

type Selecting = Pick<LiveSource, 'setFilter' | 'setInterest'>;

export interface SelectionSettings {
  readonly base: BaseSyscalls;
  readonly budget: Budget;
  /** The kernel may drop events that no rule can match. */
  readonly filters: boolean;
}

/** What the kernel is asked for: event types, and the filter that drops what the rules in use cannot match. */
export class KernelSelection {
  #source: Selecting | null = null;
  /** What the rules in use ask for, and during an exchange those that come. */
  #wanted: { readonly types: ReadonlySet<number>; readonly rules: readonly LoadedRule[] } = {
    types: new Set(),
    rules: [],
  };
  /** Rules whose filter the kernel does not have yet. */
  #due: RuleSet | null = null;
  #settings: SelectionSettings = {
    base: { customSet: [], repair: false, all: false },
    budget: { cpuRatio: null, rssBytes: null },
    filters: true,
  };
  #shedder = new Shedder(this.#settings.budget);
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Numbers of the event types and of single calls. Throws AppError for a name in the settings that is no system call. */
  get types(): readonly number[] {
    const { base } = this.#settings;
    const { types, unknown } = selectInterest(this.#wanted.types, base);
    const [first] = unknown;
    if (first !== undefined) {
      throw new AppError('config.invalid', `base_syscalls.custom_set: '${first.name}' is no system call`, {
        hint: first.nearest === null ? undefined : `Did you mean ${first.nearest}?`,
      });
    }
    return [...types.filter((type) => !this.shed.includes(type)), ...namedCalls(this.#wanted.rules, base)];
  }

  /** Event types that were given up to stay within the budget. */
  get shed(): readonly number[] {
    return this.#shedder.shed;
  }

  configure(settings: SelectionSettings): void {
    this.#settings = settings;
    this.#shedder = new Shedder(settings.budget);
  }

  /** The source that has been opened with `types`; null: it has been closed. */
  attach(source: Selecting | null): void {
    this.#source = source;
  }

  /**
   * Exchanges rules: first the kernel delivers what either of them needs, then `exchange` is called, then it delivers
   * no more than the new ones need. No event is missed on the way.
   */
  exchange(set: RuleSet, types: ReadonlySet<number>, exchange: () => void): void {
    const { types: typesBefore, rules: rulesBefore } = this.#wanted;
    this.#wanted = {
      types: new Set([...typesBefore, ...types]),
      rules: [...rulesBefore, ...set.enabled],
    };
    this.#source?.setFilter(null);
    this.#select();
    exchange();
    this.#wanted = { types, rules: set.enabled };
    this.#due = set;
    this.#select();
  }

  /**
   * Lets the kernel drop what the rules in use cannot match. It takes a while to work out, so that it waits until the
   * sensor runs: until then everything of interest passes.
   */
  narrow(): void {
    if (this.#source === null || this.#due === null || !this.#settings.filters) {
      return;
    }
    const filter = deriveFilter(filteredRules(this.#due), { descriptors: 'verified' });
    this.#due = null;
    this.#source.setFilter(filter);
    filter.notes.forEach((note) => {
      this.#log.info('the kernel passes more events than it must', { note });
    });
  }

  /** Gives up event types, or takes them back. `counts` are the events of the last second by type. */
  keepBudget(usage: () => Usage, counts: ArrayLike<number>): void {
    const { cpuRatio, rssBytes } = this.#settings.budget;
    if ((cpuRatio !== null || rssBytes !== null) && this.#shedder.note(usage(), counts)) {
      this.#log.warn('event types are given up to stay within the budget', {
        types: this.shed.map((type) => eventTable[type]?.name ?? type),
      });
      this.#select();
    }
  }

  #select(): void {
    this.#source?.setInterest(this.types);
  }
}
