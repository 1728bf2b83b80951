// A server that ends without a warning again and again under load, while what it sends to is down at times.
import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import { laneOf, startLanes } from './lanes.ts';
import { compareDeliveries, countRepeats, type DeliveryFaults, type Faults, Ledger } from './ledger.ts';
import { LimpingReceiver, receiverStates } from './receiver.ts';
import { expectationsOf, untilRight } from './search-after-start.ts';
import { type Ask, storedMarks } from './stored-marks.ts';

/** A server over the data of the one before it. */
export interface CutServer {
  /** Resolves when it takes alerts and can be asked. */
  readonly listening: () => Promise<void>;
  readonly intake: string;
  readonly json: Ask;
  /** Ends it without a warning. */
  readonly cut: () => Promise<void>;
  /** What it said. */
  readonly log: string;
}

export interface ServerCutOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
  /** Starts one that sends alerts to port `receiver` of this machine's loopback. */
  readonly start: (receiver: number) => Promise<CutServer>;
  /** Senders of the load. */
  readonly lanes?: number;
  readonly times: {
    /** Milliseconds of load before a cut, at least and at most. */
    readonly load: readonly [least: number, most: number];
    /** One in six is cut while it starts, after so many milliseconds at most. */
    readonly start: number;
  };
}

export interface ServerCutReport {
  readonly cuts: number;
  /** Cuts of a server that did not listen yet. */
  readonly earlyCuts: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly faults: Faults;
  readonly deliveries: DeliveryFaults;
  /** Deliveries that came again after a cut. */
  readonly repeats: number;
  /** Milliseconds from each start until searches were right. */
  readonly searchMs: readonly number[];
  /** What was wrong with searches that did not become right. */
  readonly wrongSearches: readonly string[];
}

const usualLanes = 6;
const searchPatienceMs = 30_000;
/** A destination that gets nothing for so long has been forgotten. */
const deliveryPatienceMs = 60_000;

/** Throws for a server that does not start and a delivery that stands still. */
export async function cutServer(options: ServerCutOptions): Promise<ServerCutReport> {
  const receiver = await LimpingReceiver.start();
  const cuts = new ServerCuts(options, receiver);
  try {
    return await cuts.run();
  } finally {
    await cuts.end();
    await receiver.close();
  }
}

class ServerCuts {
  readonly #options: ServerCutOptions;
  readonly #receiver: LimpingReceiver;
  readonly #random: SeededRandom;
  readonly #ledger = new Ledger();
  readonly #searchMs: number[] = [];
  readonly #wrongSearches: string[] = [];
  #server: CutServer | null = null;
  #lastLoad = 0;
  #earlyCuts = 0;

  constructor(options: ServerCutOptions, receiver: LimpingReceiver) {
    this.#options = options;
    this.#receiver = receiver;
    this.#random = new SeededRandom(options.seed);
  }

  async run(): Promise<ServerCutReport> {
    const { cuts, tell } = this.#options;
    for (let round = 1; round <= cuts; round++) {
      await this.#round(round);
      const acknowledged = this.#ledger.acknowledgedCount;
      tell(`${round} cuts, ${acknowledged} acknowledged, ${this.#receiver.marks.length} delivered`);
    }
    await this.#receiver.become('up');
    const stored = await this.#storedAtTheEnd();
    return {
      cuts,
      earlyCuts: this.#earlyCuts,
      acknowledged: this.#ledger.acknowledgedCount,
      stored: stored.length,
      faults: this.#ledger.compare(stored, laneOf),
      deliveries: compareDeliveries(stored, this.#receiver.marks),
      repeats: countRepeats(this.#receiver.marks),
      searchMs: this.#searchMs,
      wrongSearches: this.#wrongSearches,
    };
  }

  async end(): Promise<void> {
    await this.#server?.cut();
    this.#server = null;
  }

  async #round(round: number): Promise<void> {
    const { times, seed, lanes: count = usualLanes } = this.#options;
    await this.#receiver.become(this.#random.pick(receiverStates));
    const startedMs = performance.now();
    const server = await this.#start();
    // Some do not even come to listening: what a start mends is cut off, too.
    if (this.#random.below(6) === 0) {
      await sleep(this.#random.below(times.start));
      this.#earlyCuts++;
    } else {
      await this.#searchable(server, startedMs);
      this.#lastLoad = round;
      const lanes = startLanes(server.intake, this.#ledger, { round, count, seed });
      const [least, most] = times.load;
      const loadMs = least + this.#random.below(most - least);
      // A server that has just started may take a while for the first.
      if (this.#random.below(4) > 0) {
        await lanes.flowing;
      }
      await sleep(loadMs / 2);
      await this.#receiver.become(this.#random.pick(receiverStates));
      await sleep(loadMs / 2);
      await server.cut();
      await lanes.ended;
    }
    await this.end();
  }

  async #storedAtTheEnd(): Promise<string[]> {
    const startedMs = performance.now();
    const server = await this.#start();
    await this.#searchable(server, startedMs);
    const stored = await storedMarks(server.json);
    await this.#untilDelivered(stored.at(-1));
    return stored;
  }

  async #start(): Promise<CutServer> {
    return (this.#server = await this.#options.start(this.#receiver.port));
  }

  async #searchable(server: CutServer, startedMs: number): Promise<void> {
    await server.listening();
    if (this.#ledger.acknowledgedCount > 0) {
      const expectations = expectationsOf(this.#ledger, this.#lastLoad, this.#random);
      const wrong = await untilRight(server.json, expectations, searchPatienceMs);
      if (wrong === null) {
        this.#searchMs.push(performance.now() - startedMs);
      } else {
        this.#wrongSearches.push(wrong);
      }
    }
  }

  async #untilDelivered(last: string | undefined): Promise<void> {
    const { marks } = this.#receiver;
    let [count, sinceMs] = [-1, performance.now()];
    while (marks.at(-1) !== last) {
      if (marks.length !== count) {
        [count, sinceMs] = [marks.length, performance.now()];
      } else if (performance.now() - sinceMs > deliveryPatienceMs) {
        const said = this.#server?.log ?? '';
        throw new Error(`nothing was delivered any more after ${count} alerts; the server said: ${said}`);
      }
      await sleep(100);
    }
  }
}
