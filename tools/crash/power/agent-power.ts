import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeIdentity } from '../../../packages/agent/src/index.ts';
import { SeededRandom } from '../../../packages/hub/src/testkit/seeded-random.ts';
import { ServerRun } from '../../store/server-run.ts';
import { enrolNode } from '../agent-enrolment.ts';
import { type Faults, Ledger } from '../ledger.ts';
import { PromiseReader } from '../promises.ts';
import { storedMarks } from '../stored-marks.ts';
import { CutCounts, writesAtCut } from './cut-counts.ts';
import { hostAddress } from './init.ts';
import { type GuestImage, PowerDisk, PowerGuest } from './power-guest.ts';

export interface AgentPowerOptions {
  readonly cuts: number;
  readonly seed: number;
  readonly tell: (line: string) => void;
  /** Empty; the disk and the data of the server are put there. */
  readonly folder: string;
  readonly image: GuestImage;
  readonly unsynced: boolean;
}

export interface AgentPowerReport {
  readonly promised: number;
  readonly stored: number;
  readonly faults: Faults;
  /** Rounds without a server. */
  readonly alone: number;
  readonly disk: CutCounts;
}

const longestLoadMs = 8000;
const longestStartMs = 8000;

/**
 * Cuts the power of a guest that runs an agent, whose server is on this machine and not there in half of the rounds.
 * Throws when the agent cannot send what it has at the end.
 */
export async function cutPowerOfAgent(options: AgentPowerOptions): Promise<AgentPowerReport> {
  const { folder } = options;
  const content = join(folder, 'content');
  const data = join(folder, 'data');
  mkdirSync(content, { recursive: true });
  let server = await ServerRun.start(data, { args: ['--agents', '127.0.0.1:0'] });
  const { host: place, port } = new URL(server.agents);
  const identity = await enrolNode(data, server.agents, { name: 'node-1' });
  writeIdentity(join(content, 'identity.json'), { ...identity, server: `https://${hostAddress}:${port}` });
  const startServer = (): Promise<ServerRun> => ServerRun.start(data, { args: ['--agents', place] });
  const disk = new PowerDisk(folder, content);
  const guests = new AgentGuests(options, disk);
  try {
    const random = new SeededRandom(options.seed);
    let alone = 0;
    let isThere = true;
    for (let round = 1; round <= options.cuts; round++) {
      const isWanted = random.below(2) === 0;
      if (isWanted !== isThere) {
        await (isWanted ? startServer().then((started) => (server = started)) : server.stop());
        isThere = isWanted;
      }
      alone += isThere ? 0 : 1;
      await guests.round(round, random);
    }
    server = isThere ? server : await startServer();
    await guests.drain();
    const stored = await storedMarks((path) => server.json(path));
    return {
      promised: guests.ledger.acknowledgedCount,
      stored: stored.length,
      // All alerts of a node have one order.
      faults: guests.ledger.compare(stored, () => 'node-1'),
      alone,
      disk: guests.counts,
    };
  } finally {
    await guests.end();
    await server.kill();
    disk.close();
  }
}

class AgentGuests {
  readonly ledger = new Ledger();
  readonly counts = new CutCounts();
  readonly #options: AgentPowerOptions;
  readonly #disk: PowerDisk;
  #guest: PowerGuest | null = null;

  constructor(options: AgentPowerOptions, disk: PowerDisk) {
    this.#options = options;
    this.#disk = disk;
  }

  async round(round: number, random: SeededRandom): Promise<void> {
    const reader = new PromiseReader(this.ledger);
    const guest = await this.#boot(`a${round}l`, reader);
    // Some are cut while they start, so that what a start mends is cut off, too.
    if (random.below(6) === 0) {
      await sleep(random.below(longestStartMs));
    } else {
      await guest.says(/^=/m);
      await sleep(random.below(longestLoadMs));
    }
    this.counts.add(await guest.cut(() => random.fraction(), writesAtCut(random)), guest.console);
    this.#options.tell(`${round} cuts, ${this.ledger.acknowledgedCount} promised`);
  }

  /** Lets an agent send what is there. */
  async drain(): Promise<void> {
    const reader = new PromiseReader(this.ledger);
    const guest = await this.#boot('', reader);
    await guest.poweredOff();
    if (!reader.isDrained) {
      throw new Error(`the agent ended before it had sent everything: ${guest.console.slice(-2000)}`);
    }
  }

  async end(): Promise<void> {
    await this.#guest?.end();
  }

  async #boot(lane: string, reader: PromiseReader): Promise<PowerGuest> {
    const { image, unsynced, seed } = this.#options;
    const task = { role: 'agent', unsynced, lane, seed: seed + this.ledger.sentCount } as const;
    this.#guest = await PowerGuest.boot(image, this.#disk, task, {
      onText: (text) => {
        reader.read(text);
      },
    });
    return this.#guest;
  }
}
