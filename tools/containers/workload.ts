import { randomUUID } from 'node:crypto';
import type { CriPods, Pod } from '@lanner/runtimes/testkit';

/** A container that was made, and what is to be known of it. */
export interface MadeContainer {
  /** Last word of its command line. */
  readonly mark: string;
  readonly id: string;
  readonly pod: string;
  readonly namespace: string;
}

export interface Workload {
  readonly containers: number;
  readonly containersPerPod: number;
  /** Pods that are worked on at the same time. */
  readonly width: number;
  readonly image: string;
  readonly cgroupParent: string;
}

/** Every tenth lives for a while; the others end within milliseconds, and are removed at once. */
const longEvery = 10;
const namespaces = 7;

/**
 * Makes pods one after the other, several at a time, and in each its containers, also one after the other. Rejects with
 * the signal's reason when that is aborted, once all pods are removed.
 */
export async function runWorkload(
  pods: CriPods,
  workload: Workload,
  onProgress: (made: number) => void,
  signal: AbortSignal,
): Promise<MadeContainer[]> {
  const made: MadeContainer[] = [];
  const numbers = Array.from({ length: workload.containers }, (_, number) => number);
  const groups: number[][] = [];
  while (numbers.length > 0) {
    groups.push(numbers.splice(0, workload.containersPerPod));
  }
  const work = async (): Promise<void> => {
    for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
      signal.throwIfAborted();
      made.push(...(await runPod(pods, workload, group, signal)));
      onProgress(made.length);
    }
  };
  // All are waited for when one fails: each removes its pod.
  const ends = await Promise.allSettled(Array.from({ length: workload.width }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason as Error;
  }
  return made;
}

async function runPod(
  pods: CriPods,
  { image, cgroupParent }: Workload,
  numbers: readonly number[],
  signal: AbortSignal,
): Promise<MadeContainer[]> {
  const [first = 0] = numbers;
  const pod = await pods.runPod({
    name: `pod-${first}`,
    namespace: `space-${first % namespaces}`,
    uid: randomUUID(),
    cgroupParent,
  });
  try {
    const made: MadeContainer[] = [];
    for (const number of numbers) {
      signal.throwIfAborted();
      made.push(await runContainer(pods, pod, image, number));
    }
    return made;
  } finally {
    await pods.removePod(pod);
  }
}

async function runContainer(pods: CriPods, pod: Pod, image: string, number: number): Promise<MadeContainer> {
  const mark = `mark-${number}`;
  const command = number % longEvery === 0 ? ['/bin/sh', '-c', 'sleep 0.3; true', mark] : ['/bin/true', mark];
  const id = await pods.create(pod, { name: `c-${number}`, image, command });
  await pods.start(id);
  await pods.end(id);
  await pods.remove(id);
  return { mark, id, pod: pod.plan.name, namespace: pod.plan.namespace };
}
