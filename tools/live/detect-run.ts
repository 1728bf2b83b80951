// What ships, watching a load of our own: for the benchmarks of the live detection and for the soak test.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedBin, shippedRules } from '../shipped.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const mib = 2 ** 20;
const patienceMs = 60_000;

export interface Usage {
  readonly rssMib: number;
  /** Seconds of processor time since the start, of threads that have not ended. */
  readonly cpuSeconds: number;
}

export interface LoadSettings {
  /** System calls and processes in a second; see paced-load.c. */
  readonly calls: number;
  readonly processes: number;
  readonly seconds: number;
}

export interface DetectEnd {
  /** Events that came to the rules. */
  readonly events: number;
  readonly alerts: number;
  readonly log: string;
}

/** A load that waits until it is let go: its process can be in a scope before it does anything. */
export class HeldLoad {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lanner-load-'));

  constructor({ calls, processes, seconds }: LoadSettings) {
    const program = join(this.#folder, 'load');
    execFileSync('cc', ['-O2', '-o', program, join(root, 'tools/live/paced-load.c')]);
    const args = [calls, processes, seconds].map(String);
    this.child = spawn('/bin/sh', ['-c', 'read -r _; exec "$0" "$@"', program, ...args], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    this.#exit = once(this.child, 'exit');
  }

  get pid(): number {
    return pidOf(this.child);
  }

  release(): void {
    this.child.stdin?.end('\n');
  }

  /** Resolves when the load has come to its end. */
  async ended(): Promise<void> {
    await this.#exit;
  }

  async discard(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
    rmSync(this.#folder, { recursive: true });
  }
}

/** `lanner detect` out of dist/, with the default rules, on one process and what it starts. */
export class DetectRun {
  readonly #child: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lanner-detect-'));
  readonly #startMs = performance.now();
  /** ms from the start to the line that says that the sensor runs. */
  readonly ready: Promise<number>;
  #log = '';

  /** @param ruleFiles rules beside the default ones. */
  constructor(scopePid: number, ruleFiles: readonly string[] = []) {
    const args = ['detect', '--scope', `pid:${scopePid}`, '--stats', join(this.#folder, 'stats.json')];
    // Settings of the machine are none of ours.
    args.push('-c', '/dev/null');
    if (ruleFiles.length > 0) {
      args.push(...[shippedRules, ...ruleFiles].flatMap((path) => ['-r', path]));
    }
    for (const option of ['stdout_output.enabled=true', 'log_stderr=true', 'log_syslog=false']) {
      args.push('-o', option);
    }
    this.#child = spawn(process.execPath, [shippedBin, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.stderr?.on('data', (piece: Buffer) => {
        this.#log += piece.toString();
        if (this.#log.includes('state=running')) {
          resolve(performance.now() - this.#startMs);
        }
      });
      setTimeout(() => {
        reject(new Error(`lanner detect did not start in ${patienceMs} ms: ${this.#log}`));
      }, patienceMs).unref();
      this.#child.once('exit', (code) => {
        reject(new Error(`lanner detect ended with ${code}: ${this.#log}`));
      });
    });
    // A run that is stopped before has nobody who waits.
    this.ready.catch(() => undefined);
  }

  usage(): Usage {
    const pid = pidOf(this.#child);
    const rssKib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    // The times of /proc/PID/stat are hundredths of a second; here the first field is ns.
    let cpuNs = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      cpuNs += Number.parseInt(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'));
    }
    return { rssMib: (rssKib * 1024) / mib, cpuSeconds: cpuNs / 1e9 };
  }

  async stop(): Promise<DetectEnd> {
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) {
      await once(this.#child, 'close');
    }
    const stats = JSON.parse(readFileSync(join(this.#folder, 'stats.json'), 'utf8')) as {
      events: number;
      alerts: number;
    };
    rmSync(this.#folder, { recursive: true });
    return { events: stats.events, alerts: stats.alerts, log: this.#log };
  }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) {
    throw new Error('a process could not be started');
  }
  return child.pid;
}
