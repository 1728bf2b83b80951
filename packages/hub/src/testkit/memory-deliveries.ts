import type { DeadLetter, DeliveryState, DeliveryStore } from '../store/delivery-store.ts';
import type { MemoryAlerts } from './memory-alerts.ts';

interface Buried extends Omit<DeadLetter, 'alert'> {
  readonly position: number;
}

export class MemoryDeliveries implements DeliveryStore {
  readonly #alerts: MemoryAlerts;
  readonly #states = new Map<string, { position: number; delivered: number; lost: number }>();
  #buried: Buried[] = [];
  #lastId = 0;

  constructor(alerts: MemoryAlerts) {
    this.#alerts = alerts;
  }

  async open(destination: string): Promise<DeliveryState> {
    if (!this.#states.has(destination)) {
      this.#states.set(destination, { position: await this.#alerts.lastPosition(), delivered: 0, lost: 0 });
    }
    return this.#state(destination);
  }

  advance(destination: string, position: number, delivered: number): Promise<void> {
    const state = this.#states.get(destination);
    if (state !== undefined) {
      state.position = position;
      state.delivered += delivered;
    }
    return Promise.resolve();
  }

  bury(destination: string, position: number, reason: string, attempts: number, atMs: number): Promise<void> {
    this.#buried.push({ id: ++this.#lastId, destination, position, reason, attempts, atMs });
    return Promise.resolve();
  }

  async deadLetters(
    destination: string | null,
    limit: number,
    before = Infinity,
  ): Promise<readonly DeadLetter[]> {
    const wanted = this.#buried
      .filter((each) => (destination === null || each.destination === destination) && each.id < before)
      .reverse()
      .slice(0, limit);
    const letters: DeadLetter[] = [];
    for (const { position, ...rest } of wanted) {
      const [alert] = await this.#alerts.after(position - 1, 1);
      if (alert !== undefined) {
        letters.push({ ...rest, alert });
      }
    }
    return letters;
  }

  forget(ids: readonly number[]): Promise<number> {
    const kept = this.#buried.filter(({ id }) => !ids.includes(id));
    const forgotten = this.#buried.length - kept.length;
    this.#buried = kept;
    return Promise.resolve(forgotten);
  }

  states(): Promise<readonly DeliveryState[]> {
    return Promise.resolve([...this.#states.keys()].sort().map((destination) => this.#state(destination)));
  }

  /** Counts what retention took. */
  overtake(removed: readonly { readonly position: number }[]): void {
    const positions = new Set(removed.map(({ position }) => position));
    for (const [destination, state] of this.#states) {
      state.lost += removed.filter(({ position }) => position > state.position).length;
      state.lost += this.#buried.filter(
        (each) => each.destination === destination && positions.has(each.position),
      ).length;
    }
    this.#buried = this.#buried.filter(({ position }) => !positions.has(position));
  }

  #state(destination: string): DeliveryState {
    const { position = 0, delivered = 0, lost = 0 } = this.#states.get(destination) ?? {};
    const deadLetters = this.#buried.filter((each) => each.destination === destination).length;
    return { destination, position, delivered, deadLetters, lost };
  }
}
