import type { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrpcClient } from '../grpc/client.ts';
import {
  messageOf,
  numberOf,
  readMessage,
  textOf,
  type WireMessage,
  writeMessage,
} from '../protobuf/wire.ts';

export interface PodPlan {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  /** Control group that those of the pod lie in. */
  readonly cgroupParent: string;
}

export interface Pod {
  readonly plan: PodPlan;
  readonly sandboxId: string;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
}

const patienceMs = 60_000;
/** Of the modes of a namespace: the host's. */
const node = 2;
const exited = 2;

/** Makes pods and their containers as Kubernetes does, over the CRI. Pods have the network of the host. */
export class CriPods {
  readonly #client: GrpcClient;

  constructor(socketPath: string) {
    this.#client = new GrpcClient(socketPath);
  }

  async runPod(plan: PodPlan): Promise<Pod> {
    const answer = await this.#ask('RunPodSandbox', [[1, podConfig(plan)]]);
    return { plan, sandboxId: textOf(answer, 1) };
  }

  /** Gives the id of the container, which does not run yet. */
  async create({ plan, sandboxId }: Pod, { name, image, command }: ContainerPlan): Promise<string> {
    const config = writeMessage([
      [1, writeMessage([[1, name]])],
      [2, writeMessage([[1, image]])],
      ...command.map((word): [number, string] => [3, word]),
      ...labels(9, { ...podLabels(plan), 'io.kubernetes.container.name': name }),
      [15, writeMessage([[2, writeMessage([[3, hostNetwork]])]])],
    ]);
    const answer = await this.#ask('CreateContainer', [
      [1, sandboxId],
      [2, config],
      [3, podConfig(plan)],
    ]);
    return textOf(answer, 1);
  }

  async start(id: string): Promise<void> {
    await this.#ask('StartContainer', [[1, id]]);
  }

  /** Waits for the end of a container. */
  async end(id: string): Promise<void> {
    while (numberOf(messageOf(await this.#ask('ContainerStatus', [[1, id]]), 1), 3) !== exited) {
      await sleep(5);
    }
  }

  /** Ends it first where it still runs. */
  async remove(id: string): Promise<void> {
    await this.#ask('RemoveContainer', [[1, id]]);
  }

  async removePod({ sandboxId }: Pod): Promise<void> {
    await this.#ask('StopPodSandbox', [[1, sandboxId]]);
    await this.#ask('RemovePodSandbox', [[1, sandboxId]]);
  }

  close(): void {
    this.#client.close();
  }

  async #ask(method: string, fields: Parameters<typeof writeMessage>[0]): Promise<WireMessage> {
    const answer = await this.#client.call({
      path: `/runtime.v1.RuntimeService/${method}`,
      message: writeMessage(fields),
      timeoutMs: patienceMs,
    });
    if (answer === null) {
      throw new Error(`${method}: there is no such thing`);
    }
    return readMessage(answer);
  }
}

const hostNetwork = writeMessage([[1, node]]);

function podConfig(plan: PodPlan): Buffer {
  const { name, namespace, uid, cgroupParent } = plan;
  return writeMessage([
    [
      1,
      writeMessage([
        [1, name],
        [2, uid],
        [3, namespace],
      ]),
    ],
    ...labels(6, podLabels(plan)),
    [
      8,
      writeMessage([
        [1, cgroupParent],
        [2, writeMessage([[1, hostNetwork]])],
      ]),
    ],
  ]);
}

/** As the kubelet gives them to pods and containers. */
function podLabels({ name, namespace, uid }: PodPlan): Record<string, string> {
  return {
    'io.kubernetes.pod.name': name,
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.uid': uid,
  };
}

function labels(field: number, entries: Readonly<Record<string, string>>): [number, Buffer][] {
  return Object.entries(entries).map(([key, value]) => [
    field,
    writeMessage([
      [1, key],
      [2, value],
    ]),
  ]);
}
