import { Worker } from 'node:worker_threads';

/** A share of a job: as many inputs as a thread gets at a time, made from a seed of their own. */
export interface FuzzRound {
  readonly inputs: number;
  readonly seed: number;
}

export interface FuzzRoundResult {
  /** What was wrong, with the input; null when all was well. */
  problem: string | null;
}

export interface FuzzJob {
  readonly target: string;
  readonly inputs: number;
  readonly seed: number;
  /** Longest time for a round; one that takes longer is taken for an endless loop. */
  readonly roundMs: number;
  /** Largest heap of the thread, in MiB. */
  readonly heapMiB: number;
  readonly onRound: (done: number, problem: string | null) => void;
}

const roundInputs = 1000;

/**
 * Runs a job in a thread of its own, so that an input which never ends or eats all memory ends that thread and not
 * the job. Gives the number of rounds that failed; the rest of such a round is left out.
 */
export async function runFuzzJob(job: FuzzJob): Promise<number> {
  let worker = startWorker(job);
  let failures = 0;
  for (let done = 0, round = 0; done < job.inputs; round++) {
    const inputs = Math.min(roundInputs, job.inputs - done);
    // Spread over all seeds: small generators give like numbers for seeds that follow each other.
    const seed = Math.imul(job.seed + round, 0x9e37_79b1) >>> 0;
    const result = await runRound(worker, { inputs, seed }, job.roundMs);
    done += inputs;
    if (result.problem !== null) {
      failures++;
    }
    if (result.ended) {
      await worker.terminate();
      worker = startWorker(job);
    }
    job.onRound(done, result.problem);
  }
  await worker.terminate();
  return failures;
}

function startWorker({ target, heapMiB }: FuzzJob): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { target },
    resourceLimits: { maxOldGenerationSizeMb: heapMiB },
  });
}

function runRound(
  worker: Worker,
  round: FuzzRound,
  roundMs: number,
): Promise<FuzzRoundResult & { ended: boolean }> {
  const { promise, resolve } = Promise.withResolvers<FuzzRoundResult & { ended: boolean }>();
  function fail(problem: string): void {
    resolve({ problem: `${problem} (${round.inputs} inputs of seed ${round.seed})`, ended: true });
  }
  function onMessage(result: FuzzRoundResult): void {
    resolve({ ...result, ended: false });
  }
  function onError(error: unknown): void {
    fail(error instanceof Error ? error.message : String(error));
  }
  const timer = setTimeout(() => fail(`no end within ${roundMs} ms`), roundMs);
  worker.on('message', onMessage);
  worker.on('error', onError);
  worker.postMessage(round);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off('message', onMessage);
    worker.off('error', onError);
  });
}
