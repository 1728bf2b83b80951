// An agent that spools alerts and sends them to a server, both of which are killed again and again.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { writeIdentity } from '../../packages/agent/src/index.ts';
import { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import { ServerRun } from '../store/server-run.ts';
import { enrolNode } from './agent-enrolment.ts';
import { type Faults, Ledger } from './ledger.ts';
import { PromiseReader } from './promises.ts';
import { storedMarks } from './stored-marks.ts';

export interface AgentKillOptions {
  /** Empty; data, spool and identity are put there. */
  readonly folder: string;
  /** Moments at which the agent, the server or both are killed. */
  readonly cuts: number;
  readonly seed: number;
  /** The server's program; default: what ships. */
  readonly program?: string;
  /** The agent's; default: `spooling-agent.ts`, which takes a while to start. */
  readonly agentProgram?: string;
  readonly tell: (line: string) => void;
}

export interface AgentKillReport {
  readonly agentKills: number;
  readonly serverKills: number;
  readonly promised: number;
  readonly stored: number;
  readonly faults: Faults;
  /** What the server says of the agent at the end. */
  readonly agents: readonly unknown[];
}

export const spoolingAgent: string = fileURLToPath(new URL('./spooling-agent.ts', import.meta.url));
const targets = ['agent', 'server', 'both'] as const;

/** Throws when the agent cannot send what it has at the end, or the server does not start. */
export async function killAgent(options: AgentKillOptions): Promise<AgentKillReport> {
  const kills = new AgentKills(options);
  try {
    return await kills.run();
  } finally {
    await kills.end();
  }
}

class AgentKills {
  readonly #options: AgentKillOptions;
  readonly #random: SeededRandom;
  readonly #ledger = new Ledger();
  readonly #data: string;
  readonly #identity: string;
  #agent: SpoolingAgent | null = null;
  #server: ServerRun | null = null;
  #agentKills = 0;
  #serverKills = 0;

  constructor(options: AgentKillOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#data = join(options.folder, 'data');
    this.#identity = join(options.folder, 'identity.json');
    mkdirSync(options.folder, { recursive: true });
  }

  async run(): Promise<AgentKillReport> {
    const { cuts, program, tell } = this.#options;
    const start = (place: string): Promise<ServerRun> =>
      ServerRun.start(this.#data, {
        args: ['--agents', place],
        ...(program === undefined ? {} : { program }),
      });
    let server = (this.#server = await start('127.0.0.1:0'));
    const address = server.agents;
    // Where the agent looks for it after each kill.
    const { host: place } = new URL(address);
    writeIdentity(this.#identity, await enrolNode(this.#data, address, { name: 'node-1', program }));
    let agent = this.#newAgent(0);
    for (let kill = 1; kill <= cuts; kill++) {
      // Now and then what it does at its start is cut off.
      if (this.#random.below(6) > 0) {
        await agent.started;
      }
      await sleep(this.#random.below(600));
      const target = this.#random.pick(targets);
      if (target !== 'server') {
        await agent.kill();
        this.#agentKills++;
      }
      if (target !== 'agent') {
        await server.kill();
        this.#serverKills++;
        await sleep(this.#random.below(300));
        server = this.#server = await start(place);
      }
      if (target !== 'server') {
        agent = this.#newAgent(kill);
      }
      tell(`${kill} cuts, ${this.#ledger.acknowledgedCount} promised`);
    }
    await agent.drain();
    const stored = await storedMarks((path) => server.json(path));
    const { agents } = await server.json<{ agents: unknown[] }>('/api/v1/agents');
    await server.stop();
    return {
      agentKills: this.#agentKills,
      serverKills: this.#serverKills,
      promised: this.#ledger.acknowledgedCount,
      stored: stored.length,
      // All alerts of a node have one order.
      faults: this.#ledger.compare(stored, () => 'node-1'),
      agents,
    };
  }

  async end(): Promise<void> {
    await Promise.all([this.#agent?.kill(), this.#server?.kill()]);
  }

  #newAgent(lane: number): SpoolingAgent {
    const words = [join(this.#options.folder, 'spool'), this.#identity, `a${lane}l`];
    const { seed, agentProgram = spoolingAgent } = this.#options;
    this.#agent = new SpoolingAgent(agentProgram, [...words, String(seed + lane)], this.#ledger);
    return this.#agent;
  }
}

/** A process of `spooling-agent.ts`. */
export class SpoolingAgent {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #reader: PromiseReader;

  /** Resolves when it has begun to spool, or has ended. */
  readonly started: Promise<unknown>;

  /** `words`: folder of the spool, file of the identity, lane, seed. */
  constructor(program: string, words: readonly string[], ledger: Ledger) {
    this.#reader = new PromiseReader(ledger);
    this.#child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#reader.read(chunk.toString());
    });
    this.#closed = new Promise((resolve) => this.#child.once('close', resolve));
    const spoke = new Promise((resolve) => this.#child.stdout?.once('data', resolve));
    this.started = Promise.race([spoke, this.#closed]);
  }

  /** With SIGKILL: it can do nothing any more. What it had said is in the ledger then. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  /** Lets it send all that it has. Throws when it ends before. */
  async drain(): Promise<void> {
    await this.started;
    this.#child.kill();
    await this.#closed;
    if (!this.#reader.isDrained) {
      throw new Error('the agent ended before it had sent everything');
    }
  }
}
