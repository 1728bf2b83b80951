import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('load.c', import.meta.url));
const samples = 5;

/** A process that makes system calls when told to, and measures its own processor time. */
export class Load {
  readonly child: ChildProcess;
  /** Where the files are that it opens. */
  readonly folder: string;
  /** Rejects when it ends: who waits for its answer would wait for ever. */
  readonly #end: Promise<never>;

  /** @param mode what it does in a round, see load.c. */
  constructor(mode: string, rounds: number, withFolder = false) {
    this.folder = mkdtempSync(join(tmpdir(), 'lanner-load-'));
    const program = join(this.folder, 'load');
    execFileSync('cc', ['-O2', '-o', program, source]);
    const files = withFolder ? [this.folder] : [];
    this.child = spawn(program, [mode, String(rounds), ...files], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#end = once(this.child, 'close').then(() => {
      throw new Error('the load has ended before its rounds were made');
    });
    // Its usual end is nobody's failure.
    this.#end.catch(() => undefined);
  }

  get pid(): number {
    if (this.child.pid === undefined) {
      throw new Error('the load could not be started');
    }
    return this.child.pid;
  }

  /** ns of processor time of one round, the least of several; `meanwhile` runs again and again until the load is done. */
  async measure(meanwhile: () => void): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < samples; sample++) {
      const answer = { ns: Number.NaN };
      let isDone = false;
      const done = this.run()
        .then((ns) => {
          answer.ns = ns;
        })
        .finally(() => {
          isDone = true;
        });
      while (!isDone) {
        meanwhile();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await done;
      least = Math.min(least, answer.ns);
    }
    return least;
  }

  /** Makes its rounds once; gives ns of processor time of one. */
  async run(): Promise<number> {
    const { stdin, stdout } = this.child;
    if (stdin === null || stdout === null) {
      throw new Error('the load has no pipes');
    }
    const answer = once(stdout, 'data') as Promise<[Buffer]>;
    stdin.write('\n');
    const [data] = await Promise.race([answer, this.#end]);
    return Number(String(data));
  }

  async end(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.stdin?.end();
    await closed;
    rmSync(this.folder, { recursive: true });
  }
}
