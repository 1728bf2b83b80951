import { EventView, type KernelFilter, type StateView } from '@lanner/engine';
import { eventBytes, type TestParam } from '@lanner/engine/testkit';
import { latin1, StateTables } from '@lanner/sensor';
import type { LiveSource } from '../sensor-port.ts';

export interface FakeEvent {
  readonly code: string;
  readonly params: readonly TestParam[];
  readonly tid: number;
}

/** A source whose events a test puts in; it remembers what was asked of it. */
export class FakeSource implements LiveSource {
  readonly interests: number[][] = [];
  readonly filters: (KernelFilter | null)[] = [];
  readonly scope: number[] = [];
  readonly lostByType = new Map<number, number>();
  /** Times that were waited for, in ms. */
  readonly waits: number[] = [];
  bell: number | null = null;
  closed = false;
  released = 0;
  trimmed = 0;
  seen = 0;
  #waiting: FakeEvent[] = [];
  readonly #event = new EventView(new StateTables(), latin1);

  set state(state: StateView) {
    this.#event.state = state;
  }

  put(code: string, params: readonly TestParam[], tid: number): void {
    this.#waiting.push({ code, params, tid });
  }

  poll(handle: (event: EventView) => void, budget = Number.POSITIVE_INFINITY): number {
    const events = this.#waiting.splice(0, budget);
    for (const { code, params, tid } of events) {
      const bytes = eventBytes(code, params, { tid, ts: 1_700_000_000_000_000_000n });
      this.#event.reset(bytes, new DataView(bytes.buffer), 0, 0);
      handle(this.#event);
      this.seen++;
    }
    return events.length;
  }

  wait(timeoutMs: number): void {
    // A test never waits.
    this.waits.push(timeoutMs);
  }

  takeBell(): number | null {
    return this.bell;
  }

  setInterest(types: Iterable<number>): void {
    this.interests.push([...types]);
  }

  setFilter(filter: KernelFilter | null): void {
    this.filters.push(filter);
  }

  addToScope(tgid: number): void {
    this.scope.push(tgid);
  }

  trim(): void {
    this.trimmed++;
  }

  release(): void {
    this.released++;
  }

  stats(): ReturnType<LiveSource['stats']> {
    let lost = 0;
    for (const count of this.lostByType.values()) {
      lost += count;
    }
    return { cpus: [{ cpu: 0, seen: this.seen, lost }], lostByType: this.lostByType };
  }

  close(): void {
    this.closed = true;
  }
}
