// A server that is killed again and again under load, while what it sends to is down at times.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import { ServerRun } from '../store/server-run.ts';
import { laneOf, startLanes } from './lanes.ts';
import { compareDeliveries, countRepeats, type DeliveryFaults, type Faults, Ledger } from './ledger.ts';
import { LimpingReceiver, receiverStates } from './receiver.ts';
import { expectationsOf, untilRight } from './search-after-start.ts';
import { storedMarks } from './stored-marks.ts';

export interface ServerKillOptions {
  /** Empty; data and configuration are put there. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  /** Default: what ships. */
  readonly program?: string;
  readonly tell: (line: string) => void;
}

export interface ServerKillReport {
  readonly kills: number;
  /** Kills of a server that did not listen yet. */
  readonly earlyKills: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly faults: Faults;
  readonly deliveries: DeliveryFaults;
  /** Deliveries that came again after a kill. */
  readonly repeats: number;
  /** Milliseconds from each start until searches were right. */
  readonly searchMs: readonly number[];
}

const laneCount = 6;
const longestLoadMs = 1500;
const searchPatienceMs = 30_000;
/** A destination that gets nothing for so long has been forgotten. */
const deliveryPatienceMs = 60_000;

/** Throws for a search that stays wrong, a server that does not start, and a delivery that stands still. */
export async function killServer(options: ServerKillOptions): Promise<ServerKillReport> {
  const receiver = await LimpingReceiver.start();
  try {
    return await new ServerKills(options, receiver).run();
  } finally {
    await receiver.close();
  }
}

class ServerKills {
  readonly #options: ServerKillOptions;
  readonly #receiver: LimpingReceiver;
  readonly #random: SeededRandom;
  readonly #ledger = new Ledger();
  readonly #searchMs: number[] = [];
  readonly #data: string;
  readonly #config: string;
  #server: ServerRun | null = null;
  #lastLoad = 0;
  #earlyKills = 0;

  constructor(options: ServerKillOptions, receiver: LimpingReceiver) {
    this.#options = options;
    this.#receiver = receiver;
    this.#random = new SeededRandom(options.seed);
    this.#data = join(options.folder, 'data');
    this.#config = join(options.folder, 'config.yaml');
    mkdirSync(options.folder, { recursive: true });
    writeFileSync(this.#config, `webhook:\n  address: ${receiver.url}\n`);
  }

  async run(): Promise<ServerKillReport> {
    try {
      for (let round = 1; round <= this.#options.kills; round++) {
        await this.#round(round);
        this.#options.tell(
          `${round} kills, ${this.#ledger.acknowledgedCount} acknowledged, ${this.#receiver.marks.length} delivered`,
        );
      }
      await this.#receiver.become('up');
      const stored = await this.#storedAtTheEnd();
      return {
        kills: this.#options.kills,
        earlyKills: this.#earlyKills,
        acknowledged: this.#ledger.acknowledgedCount,
        stored: stored.length,
        faults: this.#ledger.compare(stored, laneOf),
        deliveries: compareDeliveries(stored, this.#receiver.marks),
        repeats: countRepeats(this.#receiver.marks),
        searchMs: this.#searchMs,
      };
    } finally {
      await this.#server?.kill();
    }
  }

  async #round(round: number): Promise<void> {
    await this.#receiver.become(this.#random.pick(receiverStates));
    this.#server = this.#newServer();
    // Some do not even come to listening: what a start mends is cut off, too.
    if (this.#random.below(6) === 0) {
      await sleep(this.#random.below(800));
      this.#earlyKills++;
    } else {
      const { intake } = await this.#searchable(this.#server);
      this.#lastLoad = round;
      const { seed } = this.#options;
      const lanes = startLanes(intake, this.#ledger, { round, count: laneCount, seed });
      const loadMs = 50 + this.#random.below(longestLoadMs);
      await sleep(loadMs / 2);
      await this.#receiver.become(this.#random.pick(receiverStates));
      await sleep(loadMs / 2);
      await this.#server.kill();
      await lanes.ended;
    }
    await this.#server.kill();
  }

  async #storedAtTheEnd(): Promise<string[]> {
    this.#server = this.#newServer();
    const server = await this.#searchable(this.#server);
    const stored = await storedMarks((path) => server.json(path));
    await this.#untilDelivered(stored.at(-1));
    await server.stop();
    return stored;
  }

  async #searchable(server: ServerRun): Promise<ServerRun> {
    const start = performance.now();
    await server.listening();
    if (this.#ledger.acknowledgedCount > 0) {
      const expectations = expectationsOf(this.#ledger, this.#lastLoad, this.#random);
      await untilRight((path) => server.json(path), expectations, searchPatienceMs);
      this.#searchMs.push(performance.now() - start);
    }
    return server;
  }

  async #untilDelivered(last: string | undefined): Promise<void> {
    const { marks } = this.#receiver;
    let [count, sinceMs] = [-1, performance.now()];
    while (marks.at(-1) !== last) {
      if (marks.length !== count) {
        [count, sinceMs] = [marks.length, performance.now()];
      } else if (performance.now() - sinceMs > deliveryPatienceMs) {
        throw new Error(
          `nothing was delivered any more after ${count} alerts; the server said: ${this.#server?.log ?? ''}`,
        );
      }
      await sleep(100);
    }
  }

  #newServer(): ServerRun {
    const { program } = this.#options;
    return new ServerRun(this.#data, {
      args: ['-c', this.#config],
      ...(program === undefined ? {} : { program }),
    });
  }
}
