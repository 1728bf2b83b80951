import { parentPort, workerData } from 'node:worker_threads';
import type { FuzzRound, FuzzRoundResult } from './run.ts';
import { targets } from './targets.ts';

// What `run.ts` starts this thread with.
const { target } = workerData as { target: string };
const fuzz = targets.get(target)?.();

parentPort?.on('message', (round: FuzzRound) => void run(round));

async function run({ inputs, seed }: FuzzRound): Promise<void> {
  const result: FuzzRoundResult = { problem: null };
  try {
    await fuzz?.(inputs, seed);
  } catch (error) {
    result.problem = describe(error);
  }
  parentPort?.postMessage(result);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const cause = error.cause instanceof Error ? `\n${error.cause.stack ?? error.cause.message}` : '';
  return `${error.message}${cause}`;
}
