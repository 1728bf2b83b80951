import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerRun } from '../store/server-run.ts';
import { type CutServer, cutServer, type ServerCutOptions, type ServerCutReport } from './server-cuts.ts';

export interface ServerKillOptions extends Pick<ServerCutOptions, 'cuts' | 'seed' | 'tell'> {
  /** Empty; data and configuration are put there. */
  readonly folder: string;
  /** Default: what ships. */
  readonly program?: string;
}

/** Kills a server that runs on this machine with SIGKILL. Throws as `cutServer` does. */
export function killServer({ folder, program, ...options }: ServerKillOptions): Promise<ServerCutReport> {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'config.yaml');
  return cutServer({
    ...options,
    times: { load: [50, 1500], start: 800 },
    start: (receiver) => {
      writeFileSync(config, `webhook:\n  address: http://127.0.0.1:${receiver}/\n`);
      const args = ['-c', config];
      const run = new ServerRun(join(folder, 'data'), {
        args,
        ...(program === undefined ? {} : { program }),
      });
      return Promise.resolve(cutServerOf(run));
    },
  });
}

function cutServerOf(run: ServerRun): CutServer {
  return {
    listening: () => run.listening(),
    get intake() {
      return run.intake;
    },
    json: (path) => run.json(path),
    cut: () => run.kill(),
    get log() {
      return run.log;
    },
  };
}
