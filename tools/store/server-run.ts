// What ships, as a server over a store: alerts come in at a steady rate while it is asked.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exactJson, type NewAlert } from '@lanner/api';
import { shippedBin } from '../shipped.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const patienceMs = 60_000;

export class ServerRun {
  readonly #child: ChildProcess;
  readonly #data: string;
  #log = '';
  #api = '';
  #intake = '';

  /** `data` is a data folder; its store may be full. */
  private constructor(data: string) {
    this.#data = data;
    const args = ['server', '--data', data, '--listen', '127.0.0.1:0'];
    // Alerts of the generator have the time that it gives them, and all are kept.
    const keep = ['--keep-days', '36500', '--keep-mib', '1048576'];
    this.#child = spawn(process.execPath, [shippedBin, ...args, ...keep], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LISTENPORT: '0' },
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
  }

  /** Resolves when it listens. */
  static async start(data: string): Promise<ServerRun> {
    const run = new ServerRun(data);
    const end = performance.now() + patienceMs;
    for (;;) {
      const [, api, intake] = /listening api=(\S+) intake=(\S+)/.exec(run.#log) ?? [];
      if (api !== undefined && intake !== undefined) {
        run.#api = api;
        run.#intake = intake;
        return run;
      }
      if (run.#child.exitCode !== null || performance.now() > end) {
        run.#child.kill('SIGKILL');
        throw new Error(`the server does not listen: ${run.#log}`);
      }
      await sleep(20);
    }
  }

  /** Sends an event as Falco does; gives the status of the answer, 0 for none. */
  post(event: NewAlert['event']): Promise<number> {
    return new Promise((resolve) => {
      const asked = request(`${this.#intake}/`, { method: 'POST', agent }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          resolve(answer.statusCode ?? 0);
        });
      });
      asked.on('error', () => {
        resolve(0);
      });
      asked.end(exactJson(event));
    });
  }

  /** Milliseconds until the whole answer is there. Throws for any other than 200. */
  async ask(path: string): Promise<number> {
    const token = readFileSync(join(this.#data, 'admin-token'), 'utf8').trim();
    const start = performance.now();
    const answer = await fetch(`${this.#api}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    if (answer.status !== 200) {
      throw new Error(`${path} gave ${answer.status}: ${text}`);
    }
    return performance.now() - start;
  }

  get rssMib(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill();
    await ended;
  }
}
