import { describeAnnotations } from '../containers/annotations.ts';
import {
  type ContainerDescription,
  type ContainerQuestion,
  type ContainerRuntime,
  type ContainerWatcher,
  containerTypes,
  describeContainer,
  fullIdOf,
} from '../containers/description.ts';
import { parseJson, stringMapOf } from '../containers/json.ts';
import { describeSpec } from '../containers/oci-spec.ts';
import { GrpcClient } from '../grpc/client.ts';
import { type Ask, askWithin, grpcRuntime } from '../grpc/runtime.ts';
import {
  messageOf,
  numberOf,
  readMessage,
  textOf,
  textsOf,
  type WireMessage,
  writeMessage,
} from '../protobuf/wire.ts';
import { namespacesOf, within } from './namespaces.ts';

/** For what is told about without being asked. */
const patienceMs = 800;
/** What containerd tells of. */
const createdTopic = '/containers/create';
const deletedTopic = '/containers/delete';
/** Which role a container has that containerd's own CRI made. */
const kindLabel = 'io.cri-containerd.kind';

/** containerd's own API: it knows what `ctr`, `nerdctl`, Kubernetes and Docker run, and pods before they are ready. */
export function containerdRuntime(client: GrpcClient): ContainerRuntime {
  // A question that is not answered in time ends its connection, and what is told goes on.
  const teller = new GrpcClient(client.socketPath);
  return {
    ...grpcRuntime(`containerd at ${client.socketPath}`, client, lookUp),
    watch: (watcher) => watch(teller, client, watcher),
    close() {
      client.close();
      teller.close();
    },
  };
}

async function watch(
  teller: GrpcClient,
  client: GrpcClient,
  { made, removed }: ContainerWatcher,
): Promise<void> {
  const path = '/containerd.services.events.v1.Events/Subscribe';
  const topics = removed === undefined ? [createdTopic] : [createdTopic, deletedTopic];
  const message = writeMessage(topics.map((topic) => [1, `topic=="${topic}"`]));
  await teller.follow({ path, message }, (bytes) => {
    const envelope = readMessage(bytes);
    const namespace = textOf(envelope, 2);
    const id = textOf(messageOf(messageOf(envelope, 4), 2), 1);
    if (textOf(envelope, 3) === deletedTopic) {
      removed?.(describeContainer({ full_id: id, type: containerTypes.containerd }));
      return;
    }
    const ask = askWithin(client, patienceMs);
    getContainer(ask, namespace, id)
      .then(async (container) => {
        if (container !== null) {
          made(describe(container, await targetDigest(ask, namespace, textOf(container, 3))));
        }
      })
      // It will be asked for, and its failure told, when one of its processes is seen.
      .catch(() => undefined);
  });
}

async function lookUp(question: ContainerQuestion, ask: Ask): Promise<ContainerDescription | null> {
  const namespaces = await namespacesOf(ask, question.cgroup);
  const found = await Promise.all(
    namespaces.map((namespace) => getContainer(ask, namespace, fullIdOf(question))),
  );
  const place = found.findIndex((container) => container !== null);
  const [container, namespace] = [found[place], namespaces[place]];
  return container === undefined || container === null || namespace === undefined
    ? null
    : describe(container, await targetDigest(ask, namespace, textOf(container, 3)));
}

async function getContainer(ask: Ask, namespace: string, id: string): Promise<WireMessage | null> {
  const message = writeMessage([[1, id]]);
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

function describe(container: WireMessage, digest: string): ContainerDescription {
  const fullId = textOf(container, 1);
  const text = textOf(messageOf(container, 5), 2);
  const spec = text === '' ? {} : parseJson(text);
  const noted = describeAnnotations(stringMapOf(spec['annotations']));
  const labels = { ...noted.labels, ...textsOf(container, 2) };
  return describeContainer({
    ...describeSpec(spec),
    ...noted,
    full_id: fullId,
    type: containerTypes.containerd,
    name: labels['nerdctl/name'] ?? labels['io.kubernetes.container.name'] ?? noted.name ?? fullId,
    image: textOf(container, 3),
    imagedigest: digest,
    labels,
    is_pod_sandbox: labels[kindLabel] === 'sandbox',
    created_time: numberOf(messageOf(container, 8), 1),
  });
}
