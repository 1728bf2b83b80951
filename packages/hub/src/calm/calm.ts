import type { NewAlert } from '@lanner/api';
import { priorityNames } from '@lanner/api';
import { testRule } from '../intake/decode.ts';
import type { Holder } from '../intake/alert-writer.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { Silences } from './silences.ts';

export interface CalmSettings {
  /** People are told of a group again when it was quiet for so long. */
  readonly quietMs: number;
  /** So many alerts of one rule reach people in an hour; critical ones always do. */
  readonly hourlyBudget: number;
  /** Until then only critical alerts reach people: a new installation first meets what has always been there. */
  readonly mutedUntilMs: number;
  /** And from then on: a clock that is set back does not mute for longer. */
  readonly mutedFromMs?: number;
}

export const usualCalm: Omit<CalmSettings, 'mutedUntilMs' | 'mutedFromMs'> = {
  quietMs: 24 * 3_600_000,
  hourlyBudget: 20,
};

const maxGroups = 100_000;
const maxRules = 5000;
const hourMs = 3_600_000;
/** Alert, Critical, Emergency. */
const critical = priorityNames.indexOf('Critical');

/**
 * Decides of which alerts people are told: of what is new, not of what goes on; not of what somebody has silenced, and
 * not of more than anybody can read. Everything is stored and sent to machines all the same.
 */
export class Calm implements Holder {
  readonly #settings: CalmSettings;
  readonly #silences: Pick<Silences, 'matching'>;
  readonly #alerts: Pick<AlertStore, 'seen'>;
  /** When a group last had an alert, the most recent ones last. */
  readonly #groups = new Map<string, number>();
  readonly #budgets = new Map<string, { hour: number; told: number }>();
  /** Groups that were forgotten to make room: the store is asked for them. */
  evicted = 0;

  constructor(
    settings: CalmSettings,
    silences: Pick<Silences, 'matching'>,
    alerts: Pick<AlertStore, 'seen'>,
  ) {
    this.#settings = settings;
    this.#silences = silences;
    this.#alerts = alerts;
  }

  async decide(alerts: readonly NewAlert[], nowMs: number): Promise<readonly (string | null)[]> {
    const unknown = new Set(
      alerts.map(({ fingerprint }) => fingerprint).filter((each) => !this.#groups.has(each)),
    );
    if (unknown.size > 0) {
      for (const [fingerprint, { lastUs }] of await this.#alerts.seen([...unknown])) {
        // The clock of whoever sent it may be ahead.
        this.#note(fingerprint, Math.min(lastUs / 1000, nowMs));
      }
    }
    return alerts.map((alert) => this.#heldBy(alert, nowMs));
  }

  /** They come again, perhaps: as if they had not been seen. */
  takeBack(alerts: readonly NewAlert[], held: readonly (string | null)[]): void {
    for (const [index, { fingerprint, event }] of alerts.entries()) {
      // The store knows whether there were others of the group.
      this.#groups.delete(fingerprint);
      const budget = this.#budgets.get(event.rule);
      const spent =
        event.rule !== testRule &&
        priorityNames.indexOf(event.priority) > critical &&
        (held[index] === null || held[index] === 'budget');
      if (spent && budget !== undefined) {
        budget.told--;
      }
    }
  }

  #heldBy(alert: NewAlert, nowMs: number): string | null {
    if (alert.event.rule === testRule) {
      return null;
    }
    const lastMs = this.#groups.get(alert.fingerprint);
    this.#note(alert.fingerprint, nowMs);
    const silence = this.#silences.matching(alert, nowMs);
    if (silence !== null) {
      return silence;
    }
    if (lastMs !== undefined && nowMs - lastMs < this.#settings.quietMs) {
      return 'known';
    }
    if (priorityNames.indexOf(alert.event.priority) <= critical) {
      return null;
    }
    const { mutedFromMs = -Infinity, mutedUntilMs } = this.#settings;
    if (nowMs >= mutedFromMs && nowMs < mutedUntilMs) {
      return 'muted';
    }
    return this.#spend(alert.event.rule, nowMs) ? null : 'budget';
  }

  #note(fingerprint: string, lastMs: number): void {
    this.#groups.delete(fingerprint);
    this.#groups.set(fingerprint, lastMs);
    if (this.#groups.size > maxGroups) {
      const [oldest] = this.#groups.keys();
      this.#groups.delete(oldest ?? '');
      this.evicted++;
    }
  }

  #spend(rule: string, nowMs: number): boolean {
    const hour = Math.floor(nowMs / hourMs);
    const budget = this.#budgets.get(rule);
    if (budget === undefined || budget.hour !== hour) {
      if (this.#budgets.size >= maxRules) {
        this.#budgets.clear();
      }
      this.#budgets.set(rule, { hour, told: 1 });
      return this.#settings.hourlyBudget > 0;
    }
    budget.told++;
    return budget.told <= this.#settings.hourlyBudget;
  }
}

/** Tells people of everything, as falcosidekick does. */
export const tellAll: Holder = {
  decide: (alerts) => Promise.resolve(alerts.map(() => null)),
  takeBack: () => undefined,
};
