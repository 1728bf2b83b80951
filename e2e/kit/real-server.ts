import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './waits.ts';

/** Debian keeps servers outside of the path of users. */
const path = `${process.env.PATH ?? ''}:/usr/sbin`;

/** The programs among these that are not on this machine. */
export function missingPrograms(...programs: readonly string[]): string[] {
  return programs.filter((program) =>
    program.includes('/')
      ? !existsSync(program)
      : spawnSync('which', [program], { env: { ...process.env, PATH: path } }).status !== 0,
  );
}

/** Servers that a test starts in the foreground, on loopback and with a folder of their own, and that end with it. */
export class RealServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'lanner-e2e-servers-'));
  readonly #children: ChildProcess[] = [];

  /** Starts a program; what it prints goes to `onText`, its complaints to `onError`. */
  start(
    argv: readonly string[],
    {
      env = {},
      uid,
      onText,
      onError = onText,
    }: {
      env?: Readonly<Record<string, string>>;
      uid?: number;
      onText?: (text: string) => void;
      onError?: (text: string) => void;
    } = {},
  ): ChildProcess {
    const [program = '', ...args] = argv;
    const child = spawn(program, args, {
      env: { ...process.env, PATH: path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid }),
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => onText?.(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => onError?.(text));
    this.#children.push(child);
    return child;
  }

  /** Asks it to end, and makes it end where it does not in time. */
  async stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), 8000);
      await exit;
      clearTimeout(patience);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => this.stop(child)));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export { freePorts } from '../../tools/free-ports.ts';

/** Waits until a port takes connections. */
export function listening(port: number): Promise<void> {
  return until(`port ${port}`, async () => {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      return await new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      });
    } finally {
      socket.destroy();
    }
  });
}
