import { Buffer } from 'node:buffer';
import {
  type ContainerDescription,
  type ContainerQuestion,
  type ContainerRuntime,
  containerTypes,
  describeContainer,
  fullIdOf,
} from '../containers/description.ts';
import { parseJson } from '../containers/json.ts';
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

/** Namespaces that are asked; each costs a call. */
const maxNamespaces = 64;
/** Which role a container has that containerd's own CRI made. */
const kindLabel = 'io.cri-containerd.kind';

/** containerd's own API: it knows what `ctr`, `nerdctl`, Kubernetes and Docker run, and pods before they are ready. */
export function containerdRuntime(client: GrpcClient): ContainerRuntime {
  return grpcRuntime(`containerd at ${client.socketPath}`, client, lookUp);
}

async function lookUp(question: ContainerQuestion, ask: Ask): Promise<ContainerDescription | null> {
  const namespaces = await namespacesOf(ask, question.cgroup);
  const found = await Promise.all(namespaces.map((namespace) => getContainer(ask, namespace, question)));
  const place = found.findIndex((container) => container !== null);
  const [container, namespace] = [found[place], namespaces[place]];
  return container === undefined || container === null || namespace === undefined
    ? null
    : describe(container, await targetDigest(ask, namespace, textOf(container, 3)));
}

/** First the one that the control group names. */
async function namespacesOf(ask: Ask, cgroup: string): Promise<readonly string[]> {
  const answer = await ask('/containerd.services.namespaces.v1.Namespaces/List', Buffer.alloc(0));
  const names = answer === null ? [] : messagesOf(answer, 1).map((namespace) => textOf(namespace, 1));
  const components = cgroup.split('/');
  return names
    .filter((name) => name !== '')
    .sort((a, b) => Number(components.includes(b)) - Number(components.includes(a)))
    .slice(0, maxNamespaces);
}

async function getContainer(
  ask: Ask,
  namespace: string,
  question: ContainerQuestion,
): Promise<WireMessage | null> {
  const message = writeMessage([[1, fullIdOf(question)]]);
  const answer = await ask('/containerd.services.containers.v1.Containers/Get', message, within(namespace));
  return answer === null ? null : messageOf(answer, 1);
}

async function targetDigest(ask: Ask, namespace: string, image: string): Promise<string> {
  if (image === '') {
    return '';
  }
  const message = writeMessage([[1, image]]);
  const answer = await ask('/containerd.services.images.v1.Images/Get', message, within(namespace));
  return answer === null ? '' : textOf(messageOf(messageOf(answer, 1), 3), 2);
}

function within(namespace: string): Record<string, string> {
  return { 'containerd-namespace': namespace };
}

function describe(container: WireMessage, digest: string): ContainerDescription {
  const fullId = textOf(container, 1);
  const labels = textsOf(container, 2);
  const spec = textOf(messageOf(container, 5), 2);
  return describeContainer({
    ...describeSpec(spec === '' ? {} : parseJson(spec)),
    full_id: fullId,
    type: containerTypes.containerd,
    name: labels['nerdctl/name'] ?? labels['io.kubernetes.container.name'] ?? fullId,
    image: textOf(container, 3),
    imagedigest: digest,
    labels,
    is_pod_sandbox: labels[kindLabel] === 'sandbox',
    created_time: numberOf(messageOf(container, 8), 1),
  });
}
