import type { EventView, LoadedRule } from '@lanner/engine';
import { freezeEvent } from '@lanner/sensor';

/** How long an alert waits for what is known of its container. */
const patienceMs = 1000;
/** Alerts that wait; more are printed at once, with what is known. */
const maxHeld = 4096;
/** Containers that are asked about at the same time. */
const maxAsked = 16_384;

interface HeldAlert {
  readonly rule: LoadedRule;
  readonly event: EventView;
  readonly containerId: string;
  readonly untilMs: number;
}

/** Alerts of containers of which nothing is known yet but their id. */
export class HeldAlerts {
  /** Alerts that were printed without, as the answer came too late or there were too many. */
  incomplete = 0;
  readonly #asked = new Set<string>();
  #held: HeldAlert[] = [];
  readonly #print: (rule: LoadedRule, event: EventView) => void;

  constructor(print: (rule: LoadedRule, event: EventView) => void) {
    this.#print = print;
  }

  /** True when somebody has to be asked about the container now. */
  ask(containerId: string): boolean {
    if (this.#asked.has(containerId) || this.#asked.size >= maxAsked) {
      return false;
    }
    this.#asked.add(containerId);
    return true;
  }

  /** Takes an alert that is to wait; false when it is not: nothing is missing, or nobody has been asked. */
  take(rule: LoadedRule, event: EventView, nowMs: number): boolean {
    const containerId = event.thread?.containerId ?? '';
    if (!this.#asked.has(containerId) || event.state.container(containerId) !== null) {
      return false;
    }
    if (this.#held.length >= maxHeld) {
      this.incomplete++;
      return false;
    }
    this.#held.push({ rule, event: freezeEvent(event), containerId, untilMs: nowMs + patienceMs });
    return true;
  }

  /** The answer about a container has come, whatever it was. */
  answered(containerId: string): void {
    this.#asked.delete(containerId);
    this.#release((held) => held.containerId === containerId);
  }

  /** Lets go of what has waited long enough. */
  expire(nowMs: number): void {
    const [first] = this.#held;
    if (first !== undefined && first.untilMs <= nowMs) {
      this.incomplete += this.#release(({ untilMs }) => untilMs <= nowMs);
    }
  }

  /** Lets go of everything. */
  end(): void {
    this.incomplete += this.#release(() => true);
  }

  #release(goes: (held: HeldAlert) => boolean): number {
    const released = this.#held.filter(goes);
    this.#held = this.#held.filter((held) => !goes(held));
    for (const { rule, event } of released) {
      this.#print(rule, event);
    }
    return released.length;
  }
}
