import {
  type ContainerDescription,
  type ContainerRuntime,
  containerTypes,
  describeContainer,
  fullIdOf,
  type MountDescription,
} from '../containers/description.ts';
import { below, type JsonObject, objectOf, parseJson, stringOf } from '../containers/json.ts';
import { describeSpec } from '../containers/oci-spec.ts';
import type { GrpcClient } from '../grpc/client.ts';
import { type Ask, grpcRuntime } from '../grpc/runtime.ts';
import {
  messageOf,
  messagesOf,
  numberOf,
  textOf,
  textsOf,
  type WireMessage,
  writeMessage,
} from '../protobuf/wire.ts';

/** Of the modes of a namespace the one in which it is the host's. */
const nodeMode = 2;
const propagations = ['private', 'rslave', 'rshared'];

/** The interface of Kubernetes to its runtimes, of containerd and CRI-O. */
export function criRuntime(client: GrpcClient, kind: 'containerd' | 'crio' | 'cri'): ContainerRuntime {
  const type = containerTypes[kind];
  return grpcRuntime(`CRI at ${client.socketPath}`, client, async (question, ask) => {
    const id = fullIdOf(question);
    const container = await statusOf(ask, 'ContainerStatus', id);
    const sandboxId = container === null ? id : stringOf(container.info['sandboxID']);
    const sandbox = sandboxId === '' ? null : await statusOf(ask, 'PodSandboxStatus', sandboxId);
    if (container !== null) {
      return describeMember(container, sandbox, type);
    }
    return sandbox === null ? null : describeSandbox(sandbox, type);
  });
}

async function statusOf(ask: Ask, method: string, id: string): Promise<Status | null> {
  const message = writeMessage([
    [1, id],
    [2, true],
  ]);
  const answer = await ask(`/runtime.v1.RuntimeService/${method}`, message);
  return answer === null ? null : toStatus(answer);
}

interface Status {
  readonly status: WireMessage;
  readonly info: JsonObject;
}

function toStatus(answer: WireMessage): Status {
  const { info } = textsOf(answer, 2);
  return { status: messageOf(answer, 1), info: info === undefined ? {} : parseJson(info) };
}

function describeMember(
  { status, info }: Status,
  sandbox: Status | null,
  type: number,
): ContainerDescription {
  const image = textOf(messageOf(status, 8), 1);
  const reference = textOf(status, 9);
  const at = reference.indexOf('@');
  return describeContainer({
    ...describeSpec(objectOf(info['runtimeSpec'])),
    ...(sandbox === null ? {} : describePod(sandbox)),
    full_id: textOf(status, 1),
    type,
    name: textOf(messageOf(status, 2), 1),
    image,
    imageid: (textOf(status, 17) || (at < 0 ? reference : '')).replace(/^sha256:/, ''),
    imagedigest: at < 0 ? '' : reference.slice(at + 1),
    privileged: isPrivileged(info),
    Mounts: messagesOf(status, 14).map(toMount),
    labels: textsOf(status, 12),
    created_time: Math.trunc(numberOf(status, 4) / 1e9),
  });
}

function describeSandbox(sandbox: Status, type: number): ContainerDescription {
  const { status, info } = sandbox;
  return describeContainer({
    ...describeSpec(objectOf(info['runtimeSpec'])),
    ...describePod(sandbox),
    full_id: textOf(status, 1),
    type,
    name: textOf(messageOf(status, 2), 1),
    image: stringOf(info['image']),
    privileged: isPrivileged(info),
    labels: textsOf(status, 7),
    is_pod_sandbox: true,
    created_time: Math.trunc(numberOf(status, 4) / 1e9),
  });
}

function describePod({ status, info }: Status): Partial<ContainerDescription> {
  const modes = messageOf(messageOf(messageOf(status, 6), 1), 2);
  const cni = info['cniResult'];
  return {
    pod_sandbox_id: textOf(status, 1),
    pod_sandbox_labels: textsOf(status, 7),
    ip: textOf(messageOf(status, 5), 1),
    cni_json: cni === undefined || cni === null ? '' : JSON.stringify(cni),
    host_network: numberOf(modes, 1) === nodeMode,
    host_pid: numberOf(modes, 2) === nodeMode,
    host_ipc: numberOf(modes, 3) === nodeMode,
  };
}

/** CRI-O says it by itself, containerd within what Kubernetes asked for. */
function isPrivileged(info: JsonObject): boolean {
  return (
    info['privileged'] === true || below(info, 'config', 'linux', 'security_context', 'privileged') === true
  );
}

function toMount(mount: WireMessage): MountDescription {
  return {
    Source: textOf(mount, 2),
    Destination: textOf(mount, 1),
    Mode: '',
    RW: numberOf(mount, 3) === 0,
    Propagation: propagations[numberOf(mount, 5)] ?? '',
  };
}
