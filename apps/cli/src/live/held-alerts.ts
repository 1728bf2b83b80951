import type { EventView, LoadedRule } from '@lanner/engine';
import { freezeEvent } from '@lanner/sensor';

/** How long an alert waits for what is known of its container. */
const patienceMs = 1000;
/** Alerts that wait; more are printed at once, with what is known. */
const maxHeld = 4096;
/** Containers that are asked about at the same time. */
const maxAsked = 16_384;

interface HeldAlert<Program> {
  readonly rule: LoadedRule;
  /** The rules may be exchanged while it waits. */
  readonly program: Program;
  readonly event: EventView;
  readonly containerId: string;
  readonly untilMs: number;
}

type Print<Program> = (rule: LoadedRule, event: EventView, program: Program) => void;

/** Alerts of containers that somebody is being asked about; each with the program that raised it. */
export class HeldAlerts<Program> {
  /** Alerts that were printed without, as the answer came too late or there were too many. */
  incomplete = 0;
  readonly #asked = new Set<string>();
  #held: HeldAlert<Program>[] = [];
  readonly #print: Print<Program>;

  constructor(print: Print<Program>) {
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
  take(rule: LoadedRule, event: EventView, program: Program, nowMs: number): boolean {
    const containerId = event.thread?.containerId ?? '';
    if (!this.#asked.has(containerId)) {
      return false;
    }
    if (this.#held.length >= maxHeld) {
      this.incomplete++;
      return false;
    }
    this.#held.push({ rule, program, event: freezeEvent(event), containerId, untilMs: nowMs + patienceMs });
    return true;
  }

  /** The answer about a container has come, whatever it was. */
  answered(containerId: string): void {
    this.#asked.delete(containerId);
    this.#release((held) => held.containerId === containerId);
  }

  /** When the next one has waited long enough, in ms since 1970; infinite when none waits. */
  get dueMs(): number {
    return this.#held[0]?.untilMs ?? Number.POSITIVE_INFINITY;
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

  #release(goes: (held: HeldAlert<Program>) => boolean): number {
    const released = this.#held.filter(goes);
    this.#held = this.#held.filter((held) => !goes(held));
    for (const { rule, event, program } of released) {
      this.#print(rule, event, program);
    }
    return released.length;
  }
}
