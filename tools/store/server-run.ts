// What ships, as a server over a store: alerts come in at a steady rate while it is asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NewAlert } from '@lanner/api';
import { shippedBin } from '../shipped.ts';
import { postEvent } from './post-event.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const patienceMs = 60_000;

export interface ServerRunOptions {
  /** Further words of the command line. */
  readonly args?: readonly string[];
  /** The program; default: what ships. */
  readonly program?: string;
}

/** Until the whole answer was there. */
export interface Answered {
  readonly ms: number;
  readonly bytes: number;
}

export class ServerRun {
  readonly #child: ChildProcess;
  readonly #data: string;
  readonly #closed: Promise<unknown>;
  #log = '';
  #api = '';
  #intake = '';

  /** Does not wait until it listens. `data` is a data folder; its store may be full. */
  constructor(data: string, { args = [], program = shippedBin }: ServerRunOptions = {}) {
    this.#data = data;
    const words = ['server', '--data', data, '--listen', '127.0.0.1:0', ...args];
    // Alerts of the generator have the time that it gives them, and all are kept.
    const keep = ['--keep-days', '36500', '--keep-mib', '1048576'];
    this.#child = spawn(process.execPath, [program, ...words, ...keep], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LISTENPORT: '0' },
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.#closed = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Resolves when it listens. */
  static async start(data: string, options: ServerRunOptions = {}): Promise<ServerRun> {
    const run = new ServerRun(data, options);
    await run.listening();
    return run;
  }

  /** Rejects with what it says when it ends before, or is too slow. */
  async listening(): Promise<void> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const [, api, intake] = /listening api=(\S+) intake=(\S+)/.exec(this.#log) ?? [];
      if (api !== undefined && intake !== undefined) {
        this.#api = api;
        this.#intake = intake;
        return;
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null || performance.now() > end) {
        await this.kill();
        throw new Error(`the server does not listen: ${this.#log}`);
      }
      await sleep(20);
    }
  }

  get log(): string {
    return this.#log;
  }

  get intake(): string {
    return this.#intake;
  }

  /** Where agents are taken; empty without `--agents`. */
  get agents(): string {
    return /agents are taken address=(\S+)/.exec(this.#log)?.[1] ?? '';
  }

  /** Sends an event as Falco does; gives the status of the answer, 0 for none. */
  post(event: NewAlert['event']): Promise<number> {
    return postEvent(this.#intake, agent, event);
  }

  /** Asks the API as the administrator. Throws for any other answer than 200. */
  async ask(path: string, body?: unknown): Promise<Answered> {
    const start = performance.now();
    const text = await this.#answer(path, body);
    return { ms: performance.now() - start, bytes: Buffer.byteLength(text) };
  }

  /** Where page and API are. */
  get api(): string {
    return this.#api;
  }

  /** What the API answers with its administrator's token. Throws for any other status than 200. */
  async json<T>(path: string): Promise<T> {
    // The caller knows the shape.
    return JSON.parse(await this.#answer(path)) as T;
  }

  get rssMib(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.#closed;
  }

  /** With SIGKILL: it can do nothing any more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  async #answer(path: string, body?: unknown): Promise<string> {
    const token = readFileSync(join(this.#data, 'admin-token'), 'utf8').trim();
    const answer = await fetch(`${this.#api}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status !== 200) {
      throw new Error(`${path} gave ${answer.status}: ${text}`);
    }
    return text;
  }
}
