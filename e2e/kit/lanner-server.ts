import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from './waits.ts';

export const lannerBin: string = fileURLToPath(new URL('../../bin/lanner.mjs', import.meta.url));

/** A server that runs in a process of its own. */
export interface ServerProcess {
  readonly child: ChildProcess;
  readonly api: string;
  readonly intake: string;
  /** Where agents are taken; empty without `--agents`. */
  readonly agents: string;
  readonly log: () => string;
  readonly exit: Promise<number | null>;
}

/** Starts `lanner` with these words and an API on any port; resolves when it listens, rejects when it ends before. */
export async function startLanner(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  /** A program that starts it, with its arguments. */
  before: readonly string[] = [],
): Promise<ServerProcess> {
  const command = [...before, process.execPath, lannerBin, ...args, '--listen', '127.0.0.1:0'];
  const [program = process.execPath, ...rest] = command;
  const child = spawn(program, rest, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LISTENPORT: '0', ...env },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ended = exit.then((code): never => {
    throw new Error(`ended with ${code}: ${log}`);
  });
  // Only an end before it listens is a surprise.
  ended.catch(() => undefined);
  const listening = waitFor(
    () => /listening api=(\S+) intake=(\S+)/.exec(log),
    () => log,
  );
  const [, api = '', intake = ''] = await Promise.race([listening, ended]);
  const [, agents = ''] = /agents are taken address=(\S+)/.exec(log) ?? [];
  return { child, api, intake, agents, log: () => log, exit };
}

/** Asks the API with the administrator's token. Rejects for any other answer than 200. */
export async function askApi<T>(
  { api }: Pick<ServerProcess, 'api'>,
  data: string,
  path: string,
  options: { readonly method?: string; readonly body?: unknown } = {},
): Promise<T> {
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim();
  const response = await fetch(`${api}${path}`, {
    method: options.method ?? 'GET',
    headers: { authorization: `Bearer ${token}` },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  if (response.status !== 200) {
    throw new Error(`${path} gave ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}
