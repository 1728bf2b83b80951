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
import { GrpcClient } from '../grpc/client.ts';
import {
  messageOf,
  messagesOf,
  numberOf,
  readMessage,
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
export class ContainerdRuntime implements ContainerRuntime {
  readonly name: string;
  readonly #client: GrpcClient;

  constructor(socketPath: string) {
    this.name = `containerd at ${socketPath}`;
    this.#client = new GrpcClient(socketPath);
  }

  async lookUp(question: ContainerQuestion, timeoutMs: number): Promise<ContainerDescription | null> {
    const untilMs = performance.now() + timeoutMs;
    const call: Call = (path, message, namespace) =>
      this.#client.call({
        path: `/containerd.services.${path}`,
        message,
        timeoutMs: Math.max(1, Math.ceil(untilMs - performance.now())),
        headers: namespace === undefined ? {} : { 'containerd-namespace': namespace },
      });
    const namespaces = await namespacesOf(call, question.cgroup);
    const found = await Promise.all(namespaces.map((namespace) => getContainer(call, namespace, question)));
    const place = found.findIndex((container) => container !== null);
    const [container, namespace] = [found[place], namespaces[place]];
    return container === undefined || container === null || namespace === undefined
      ? null
      : describe(container, await targetDigest(call, namespace, textOf(container, 3)));
  }

  close(): void {
    this.#client.close();
  }
}

type Call = (path: string, message: Buffer, namespace?: string) => Promise<Buffer | null>;

/** First the one that the control group names. */
async function namespacesOf(call: Call, cgroup: string): Promise<readonly string[]> {
  const answer = await call('namespaces.v1.Namespaces/List', Buffer.alloc(0));
  const names = messagesOf(readMessage(answer ?? Buffer.alloc(0)), 1).map((namespace) =>
    textOf(namespace, 1),
  );
  const components = cgroup.split('/');
  return names
    .filter((name) => name !== '')
    .sort((a, b) => Number(components.includes(b)) - Number(components.includes(a)))
    .slice(0, maxNamespaces);
}

async function getContainer(
  call: Call,
  namespace: string,
  question: ContainerQuestion,
): Promise<WireMessage | null> {
  const message = writeMessage([[1, fullIdOf(question)]]);
  const answer = await call('containers.v1.Containers/Get', message, namespace);
  return answer === null ? null : messageOf(readMessage(answer), 1);
}

async function targetDigest(call: Call, namespace: string, image: string): Promise<string> {
  if (image === '') {
    return '';
  }
  const answer = await call('images.v1.Images/Get', writeMessage([[1, image]]), namespace);
  return answer === null ? '' : textOf(messageOf(messageOf(readMessage(answer), 1), 3), 2);
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
